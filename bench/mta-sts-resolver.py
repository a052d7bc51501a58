#!/usr/bin/python3
"""Starts postfix-mta-sts-resolver with a cache that was filled beforehand by its own means, so that no query makes it look anything up.

usage: mta-sts-resolver.py debian|tuned DOMAINS FOLDER [PATH]

"debian": the package's own program with the package's own configuration file, /etc/mta-sts-daemon.yml, as Debian installs it: the cache is
SQLite. Changed are the place to listen at and the place of the database alone (FOLDER). Its entries count as fresh for 60 seconds.
"tuned": the same program with its cache in memory, as large as it needs, and entries that count as fresh for a day: not what the package
configures, but the fastest that it can be set to.

It listens at a free port, or at the Unix socket PATH, which is printed once a connection is taken.
"""
import asyncio
import os
import socket
import sys
import time

import yaml

from postfix_mta_sts_resolver import daemon, utils
from postfix_mta_sts_resolver.base_cache import CacheEntry

CONFIGURATION = '/etc/mta-sts-daemon.yml'
AS_INSTALLED = {'cache': {'type': 'sqlite', 'options': {'filename': '/var/lib/mta-sts/cache.db'}}}  # 1.1.2-1.1


async def fill(cache, domains):
    await cache.setup()
    for i in range(domains):
        domain = 'd%d.example' % i
        policy = {'version': 'STSv1', 'mode': 'enforce', 'max_age': 604800,
                  'mx': ['mx1.' + domain, 'mx2.' + domain, '*.mail.' + domain]}
        await cache.set(domain, CacheEntry(time.time(), '20261122T000000', policy))


def free_port():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


def tell_when_ready(port, path):
    """In a process of its own, since the program itself is left as it is. It ends with its parent, and after a minute."""
    parent = os.getpid()
    if os.fork():
        return
    end = time.monotonic() + 60
    while True:
        if os.getppid() != parent or time.monotonic() > end:
            print('the daemon does not listen', file=sys.stderr, flush=True)
            os._exit(1)
        with socket.socket(socket.AF_UNIX if path else socket.AF_INET) as door:
            if door.connect_ex(path or ('127.0.0.1', port)) == 0:
                break
        time.sleep(0.1)
    print(path or port, flush=True)
    os._exit(0)


def main(kind, domains, folder, path=None):
    port = None if path else free_port()
    if kind == 'debian':
        cfg = AS_INSTALLED
        if os.path.exists(CONFIGURATION):
            with open(CONFIGURATION, 'rb') as file:
                cfg = yaml.safe_load(file)
        cache = cfg['cache']
        if cache['type'] != 'sqlite':
            sys.exit('%s has the cache %s, and not sqlite as Debian installs it' % (CONFIGURATION, cache['type']))
        cache['options']['filename'] = os.path.join(folder, 'mta-sts.db')
        for suffix in '', '-wal', '-shm':
            if os.path.exists(cache['options']['filename'] + suffix):
                os.remove(cache['options']['filename'] + suffix)
    else:
        cfg = {'cache_grace': 86400, 'cache': {'type': 'internal', 'options': {'cache_size': domains + 1}}}
    cfg.update({'path': path} if path else {'host': '127.0.0.1', 'port': port})
    if kind == 'debian':  # filled here, read by the program from the file
        async def fill_file():
            filled = utils.create_cache(cfg['cache']['type'], cfg['cache']['options'])
            await fill(filled, domains)
            await filled.teardown()
        asyncio.run(fill_file())
    else:  # in memory: filled in the program when it makes it
        create = utils.create_cache

        def create_filled(kind_of_cache, options):
            cache = create(kind_of_cache, options)
            empty_setup = cache.setup

            async def setup():
                cache.setup = empty_setup
                await fill(cache, domains)
            cache.setup = setup
            return cache
        utils.create_cache = create_filled
    configuration = os.path.join(folder, 'mta-sts-daemon.yml')
    with open(configuration, 'w', encoding='ascii') as file:
        yaml.safe_dump(cfg, file)
    tell_when_ready(port, path)
    sys.argv = ['mta-sts-daemon', '--config', configuration]
    daemon.main()


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
