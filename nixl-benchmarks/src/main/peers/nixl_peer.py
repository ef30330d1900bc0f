"""NIXL's own Python agents over the UCX transports that UCX_TLS names. See peer.py."""
import sys

from nixl_cu13._api import nixl_agent, nixl_agent_config

import peer

role, folder, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
agent = nixl_agent(role, nixl_agent_config(backends=["UCX"]))
address = peer.memory(size)
agent.register_memory([(address, size, 0, "")], "DRAM")
peer.publish(folder, role, str(address).encode() + b"\n" + agent.get_agent_metadata())
if role == "target":
    peer.serve()

there, metadata = peer.wait_for(folder, "target").split(b"\n", 1)
name = agent.add_remote_agent(metadata)
name = name if isinstance(name, str) else name.decode()


def make_transfer(op, shape):
    here_offsets, length = peer.offsets(shape, 1)
    there_offsets, _ = peer.offsets(shape, 2)
    local = agent.get_xfer_descs([(address + o, length, 0) for o in here_offsets], "DRAM")
    remote = agent.get_xfer_descs([(int(there) + o, length, 0) for o in there_offsets], "DRAM")
    handle = agent.initialize_xfer(op.upper(), local, remote, name)

    def transfer():
        state = agent.transfer(handle)
        while state == "PROC":
            state = agent.check_xfer_state(handle)
        if state != "DONE":
            raise RuntimeError(state)

    return transfer, length * len(here_offsets)


peer.serve(make_transfer)
