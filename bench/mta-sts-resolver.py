#!/usr/bin/python3
"""postfix-mta-sts-resolver as its daemon starts it, with its internal cache filled beforehand, so that no query makes it
look anything up. usage: mta-sts-resolver.py DOMAINS [PATH]; listens at a port, which it prints, or at a Unix socket."""
import asyncio
import socket
import sys
import time

from postfix_mta_sts_resolver import utils
from postfix_mta_sts_resolver.base_cache import CacheEntry
from postfix_mta_sts_resolver.responder import STSSocketmapResponder


async def main(domains, path):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    cfg = utils.populate_cfg_defaults({
        **({'path': path} if path else {'host': '127.0.0.1', 'port': port}), 'cache_grace': 86400,
        'cache': {'type': 'internal', 'options': {'cache_size': domains + 1}}})
    cache = utils.create_cache(cfg['cache']['type'], cfg['cache']['options'])
    await cache.setup()
    for i in range(domains):
        domain = 'd%d.example' % i
        policy = {'version': 'STSv1', 'mode': 'enforce', 'max_age': 604800,
                  'mx': ['mx1.' + domain, 'mx2.' + domain, '*.mail.' + domain]}
        await cache.set(domain, CacheEntry(time.time(), '20261122T000000', policy))
    responder = STSSocketmapResponder(cfg, asyncio.get_event_loop(), cache)
    await responder.start()
    print(path or port, flush=True)
    await asyncio.Event().wait()

utils.enable_uvloop()
asyncio.get_event_loop().run_until_complete(main(int(sys.argv[1]), (sys.argv + [None])[2]))
