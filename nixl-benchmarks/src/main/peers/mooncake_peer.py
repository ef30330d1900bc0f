"""Mooncake's transfer engine over its TCP transport. See peer.py."""
import sys

from mooncake.engine import TransferEngine

import peer

role, folder, size, host = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
engine = TransferEngine()
if engine.initialize(host, "P2PHANDSHAKE", "tcp", "") != 0:
    raise RuntimeError("the engine did not start")
address = peer.memory(size)
if engine.register_memory(address, size) != 0:
    raise RuntimeError("the memory was not registered")
peer.publish(folder, role, f"{address} {host}:{engine.get_rpc_port()}".encode())
if role == "target":
    peer.serve()

there, session = peer.wait_for(folder, "target").decode().split()


def make_transfer(op, shape):
    here_offsets, length = peer.offsets(shape, 1)
    there_offsets, _ = peer.offsets(shape, 2)
    local = [address + o for o in here_offsets]
    remote = [int(there) + o for o in there_offsets]
    lengths = [length] * len(local)

    def transfer():
        if len(local) == 1:
            call = engine.transfer_sync_write if op == "write" else engine.transfer_sync_read
            status = call(session, local[0], remote[0], length)
        else:
            call = engine.batch_transfer_sync_write if op == "write" else engine.batch_transfer_sync_read
            status = call(session, local, remote, lengths)
        if status != 0:
            raise RuntimeError(f"status {status}")

    return transfer, length * len(local)


peer.serve(make_transfer)
