"""What the Python peers share: memory, shapes of transfers, and the protocol of io.nixl4j.benchmarks.Commands.

Both ends run as "PEER.py target|initiator DIR BYTES HOST"; DIR is empty and theirs. Standard input's end is theirs.
"""
import ctypes
import mmap
import os
import random
import re
import sys
import time

UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def memory(size):
    """Allocates and touches memory. Returns its address; it lives as long as the process."""
    pages = mmap.mmap(-1, size)
    for offset in range(0, size, mmap.PAGESIZE):
        pages[offset] = 1
    memory.kept = pages
    return ctypes.addressof(ctypes.c_char.from_buffer(pages))


def publish(folder, name, content):
    with open(f"{folder}/{name}.new", "wb") as file:
        file.write(content)
    os.rename(f"{folder}/{name}.new", f"{folder}/{name}")


def wait_for(folder, name):
    deadline = time.monotonic() + 60
    while not os.path.exists(f"{folder}/{name}"):
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(0.02)
    with open(f"{folder}/{name}", "rb") as file:
        return file.read()


def size_of(text):
    number, unit = re.fullmatch(r"(\d+)(B|KiB|MiB|GiB)", text).groups()
    return int(number) * UNITS[unit]


def offsets(shape, seed):
    """Offsets and the length of the descriptors of a shape; those of a list lie in random order, none adjacent."""
    if "x" not in shape:
        return [0], size_of(shape)
    count, size = shape.split("x")
    length = size_of(size)
    slots = [2 * i * length for i in range(int(count))]
    random.Random(seed).shuffle(slots)
    return slots, length


def repeat(transfer, size, nanos):
    """As Contender.repeat."""
    if size <= 16 << 20:
        transfer()
    count = 0
    start = time.perf_counter_ns()
    while True:
        transfer()
        count += 1
        taken = time.perf_counter_ns() - start
        if taken >= nanos:
            return taken / count, count


def serve(make_transfer=None):
    """Answers commands until there are none; make_transfer(op, shape) gives a function and its bytes."""
    print("ok", flush=True)
    made = {}
    for line in sys.stdin:
        try:
            _, _, op, shape, nanos = line.split()
            if (op, shape) not in made:
                made[op, shape] = make_transfer(op, shape)
            transfer, size = made[op, shape]
            mean, count = repeat(transfer, size, int(nanos))
            print(f"time {mean:.1f} {count} NaN", flush=True)
        except Exception as ex:  # whatever a library throws is this command's answer
            print("fail " + repr(ex).replace("\n", " "), flush=True)
    sys.stdout.flush()
    # Destructors of libraries may hang or crash, and there is nothing left to lose
    os._exit(0)
