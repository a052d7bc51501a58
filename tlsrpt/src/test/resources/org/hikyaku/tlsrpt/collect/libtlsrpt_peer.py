#!/usr/bin/env python3
"""Writes datagrams as libtlsrpt does: its members, in its order, with its blanks and its escapes, one datagram for each
delivery. usage: libtlsrpt_peer.py SOCKET < deliveries (one JSON list [domain, record, policies] a line)"""
import json
import socket
import sys


def quoted(text):
    out = []
    for byte in text.encode():
        if byte in b'"\\':
            out.append(b'\\' + bytes([byte]))
        elif byte < 0x20:
            out.append({8: b'\\b', 9: b'\\t', 10: b'\\n', 12: b'\\f', 13: b'\\r'}.get(byte, b'\\u%04x' % byte))
        else:
            out.append(bytes([byte]))
    return b'"' + b''.join(out) + b'"'


def member(key, text):
    return b'"' + key.encode() + b'": ' + quoted(text)


def failure(details):
    parts = [b'"c":%d' % details['c']]
    parts += [member(key, details[key]) for key in ('s', 'n', 'h', 'r', 'a', 'f') if key in details]
    return b'{' + b','.join(parts) + b'}'


def strings(key, values):
    return b'"' + key.encode() + b'":[' + b','.join(quoted(v) for v in values) + b']'


def policy(values):
    parts = [b'"policy-type":%d' % values['type']]
    if 'domain' in values:
        parts.append(member('policy-domain', values['domain']))
    if 'strings' in values:
        parts.append(strings('policy-string', values['strings']))
    if 'mx' in values:
        parts.append(strings('mx-host', values['mx']))
    failures = values.get('failures', [])
    if failures:
        parts.append(b'"failure-details":[' + b','.join(failure(f) for f in failures) + b']')
    parts.append(b'"t":%d' % len(failures))
    parts.append(b'"f":%d' % values['final'])
    return b'{' + b','.join(parts) + b'}'


sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for line in sys.stdin:
    domain, record, policies = json.loads(line)
    datagram = b'{' + member('dpv', '1') + b',' + member('d', domain) + b',' + member('pr', record)
    datagram += b',"policies":[' + b','.join(policy(p) for p in policies) + b']}'
    sock.sendto(datagram, sys.argv[1])
