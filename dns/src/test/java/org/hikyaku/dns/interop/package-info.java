/**
 * Real servers on loopback for interoperability tests: BIND, NSD and Unbound as installed on this machine, on high
 * ports, each in a folder of its own, ended with the test. {@link org.hikyaku.dns.interop.DnsServers} starts them;
 * {@link org.hikyaku.dns.interop.ZoneSigner} signs zones with BIND's tools.
 */
@NullMarked
package org.hikyaku.dns.interop;

import org.jspecify.annotations.NullMarked;
