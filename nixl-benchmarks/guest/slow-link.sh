# Runs in the guest: two network namespaces with a slow and lossy link between them, and the command of /vm/command with
# its ends in them. Results go to /vm/results.
set -euo pipefail

for end in a b; do ip netns add "$end"; done
ip link add va netns a type veth peer name vb netns b
for end in a b; do
	ip -n "$end" link set lo up
	ip -n "$end" link set "v$end" up
	ip netns exec "$end" tc qdisc add dev "v$end" root netem limit 10000 delay 1ms loss 0.1% rate 300mbit
done
ip -n a addr add 10.77.0.1/24 dev va
ip -n b addr add 10.77.0.2/24 dev vb
mapfile -t command </vm/command
"${command[@]}" >/vm/results
