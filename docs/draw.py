#!/usr/bin/env python3
"""Prints pool, ticket (from 0) and place (from 1): draw.py proof.json [pool [ticket]]. See draw.md."""
import itertools, json, struct, sys
from hashlib import sha256

def fields(*values): return b"".join(len(value).to_bytes(4, "big") + value for value in values)

def words(seed):
    for number in itertools.count():
        yield from struct.unpack(">8I", sha256(seed + number.to_bytes(8, "big")).digest())

def order(campaign, pool, n, secret, value):
    seed = fields(b"dran draw seed 1", campaign, pool) + n.to_bytes(4, "big") + fields(secret, value)
    positions, stream = list(range(n)), words(sha256(seed).digest())
    for i in range(n - 1, 0, -1):
        word = next(stream)
        while word >= 2**32 - 2**32 % (i + 1):
            word = next(stream)
        j = word % (i + 1)
        positions[i], positions[j] = positions[j], positions[i]
    return positions

proof = json.load(open(sys.argv[1]))
campaign, secret = proof["campaign"].encode(), bytes.fromhex(proof["secret"])
value = (proof["public_value"] or {"value": ""})["value"].encode()
assert sha256(fields(b"dran draw commitment 1", campaign, secret)).hexdigest() == proof["commitment"], "wrong secret"
for line in proof["pools"]:
    for ticket, position in enumerate(order(campaign, line["pool"].encode(), line["n"], secret, value)):
        if sys.argv[2:] in ([], [line["pool"]], [line["pool"], str(ticket)]):
            print(line["pool"], ticket, position + 1)
