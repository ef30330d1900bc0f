"""The Python side of a card: the classes as NIXL's Python workers have them, encoded and decoded by msgspec.

    msgspec_peer.py fixtures        prints the fixture cards, one a line: name, space, bytes in hex
    msgspec_peer.py echo            answers each line "CLASSES HEX" with the re-encoded card in hex and what was read,
                                    separated by tabs
"""

import sys
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

import msgspec


@dataclass
class MemoryDescriptor:
    address: int
    length: int
    memory_type: str
    device_id: int
    permissions: str


@dataclass
class NixlMetadata:
    engine_id: str
    memory_descriptors: Dict[str, MemoryDescriptor]
    agent_name: str


class MemoryDescriptorStruct(msgspec.Struct):
    address: int
    length: int
    memory_type: str
    device_id: int
    permissions: str


class NixlMetadataStruct(msgspec.Struct):
    engine_id: str
    memory_descriptors: Dict[str, MemoryDescriptorStruct]
    agent_name: str


@dataclass
class NixlMetadataWithAdditions:
    engine_id: str
    memory_descriptors: Dict[str, MemoryDescriptor]
    agent_name: str
    incarnation: Optional[bytes] = None
    session_endpoint: Optional[str] = None
    features: Optional[List[str]] = None
    roles: Optional[List[str]] = None
    capacity: Optional[Dict[str, int]] = None
    model: Optional[str] = None
    zone: Optional[str] = None


class NixlMetadataWithAdditionsStruct(msgspec.Struct, omit_defaults=True):
    engine_id: str
    memory_descriptors: Dict[str, MemoryDescriptor]
    agent_name: str
    incarnation: Optional[bytes] = None
    session_endpoint: Optional[str] = None
    features: List[str] = []
    roles: List[str] = []
    capacity: Dict[str, int] = {}
    model: Optional[str] = None
    zone: Optional[str] = None


@dataclass
class NixlMetadataWithTwoMore:
    engine_id: str
    memory_descriptors: Dict[str, MemoryDescriptor]
    agent_name: str
    shard: int = 70_000
    labels: Dict[str, str] = field(default_factory=lambda: {"rack": "r1"})


@dataclass
class LaterMemoryDescriptor:
    numa_node: int
    address: int
    length: int
    memory_type: str
    device_id: int
    permissions: str
    keys: Dict[str, bytes]


@dataclass
class LaterNixlMetadata:
    weights: List[float]
    engine_id: str
    nested: Any
    memory_descriptors: Dict[str, LaterMemoryDescriptor]
    blob: msgspec.msgpack.Ext
    agent_name: str
    a_name_that_is_longer_than_any_of_the_fields_that_are_known_today: None


CLASSES = {
    "dataclass": NixlMetadata,
    "struct": NixlMetadataStruct,
    "two-more": NixlMetadataWithTwoMore,
    "additions": NixlMetadataWithAdditions,
    "additions-struct": NixlMetadataWithAdditionsStruct,
}

REGIONS = {
    "cache": MemoryDescriptor(0x7F0000000000, 64 << 30, "VRAM", 3, "RW"),
    "kv": MemoryDescriptor(4096, 1 << 20, "DRAM", 0, "R"),
    "weights": MemoryDescriptor(0, 255, "FILE", 65535, "W"),
}

FIXTURES = {
    "empty": NixlMetadata("engine-1", {}, "agent-1"),
    "seed": NixlMetadata("worker-1", REGIONS, "prefill-agent"),
    "struct": NixlMetadataStruct(
        "worker-1", {"kv": MemoryDescriptorStruct(4096, 1 << 20, "DRAM", 0, "R")}, "prefill-agent"
    ),
    "unsigned": NixlMetadata(
        "worker-2",
        {
            "high": MemoryDescriptor((1 << 64) - 4096, 4096, "VRAM", (1 << 64) - 1, "RW"),
            "whole": MemoryDescriptor(0, (1 << 64) - 1, "DRAM", 128, "R"),
        },
        "agent-2",
    ),
    "unicode": NixlMetadata(
        "引擎-1", {"缓存": REGIONS["kv"], "\uffee": REGIONS["kv"], "😀": REGIONS["kv"]}, "агент" * 60
    ),
    "many": NixlMetadata("worker-3", {f"layer-{i:03}": REGIONS["cache"] for i in range(40)}, "agent-3"),
    "additions": NixlMetadataWithAdditionsStruct(
        "worker-4",
        {"kv": REGIONS["kv"]},
        "agent-4",
        incarnation=bytes(range(240, 256)),
        session_endpoint="[::1]:7400",
        features=["write", "read"],
        roles=["decode"],
        capacity={"blocks": 100_000, "free": 0},
        model="SmolLM2-135M",
        zone="zone-a",
    ),
    "nil-additions": NixlMetadataWithAdditions("worker-5", {"kv": REGIONS["kv"]}, "agent-5", roles=["prefill"]),
    "later": LaterNixlMetadata(
        [0.5, -1.0],
        "worker-6",
        {"a": [1, -1, -200, -70000, -(1 << 40), True, False, None, "x" * 300, {"b": b"\0" * 300}, list(range(20))]},
        {"kv": LaterMemoryDescriptor(1, 4096, 1 << 20, "DRAM", 0, "R", {"rkey": b"\1\2"})},
        msgspec.msgpack.Ext(5, b"12345"),
        "agent-6",
        None,
    ),
}


def seen(metadata):
    yield metadata.engine_id
    yield metadata.agent_name
    for name, descriptor in metadata.memory_descriptors.items():
        yield name
        yield f"{descriptor.address} {descriptor.length} {descriptor.memory_type}"
        yield f"{descriptor.device_id} {descriptor.permissions}"


def echo(line):
    classes, card = line.split()
    metadata = msgspec.msgpack.decode(bytes.fromhex(card), type=CLASSES[classes])
    return "\t".join([msgspec.msgpack.encode(metadata).hex(), *seen(metadata)])


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if sys.argv[1] == "fixtures":
        for name, metadata in FIXTURES.items():
            print(name, msgspec.msgpack.encode(metadata).hex())
    elif sys.argv[1] == "echo":
        for line in sys.stdin:
            try:
                answer = echo(line)
            except msgspec.MsgspecError as error:
                answer = f"error: {error}"
            print(answer, flush=True)


main()
