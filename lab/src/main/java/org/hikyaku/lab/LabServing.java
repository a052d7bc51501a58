package org.hikyaku.lab;

/**
 * How a lab is served to other people's software: every server at the address that the DNS gives, TLS by Hikyaku's own
 * implementation, which knows the facts and secrets of its sessions.
 *
 * @param loopback true for addresses in 127.0.0.0/8 in place of those for documentation; hosts with IPv6 addresses are
 *     then out of reach
 * @param dns port of the name servers
 * @param resolver port of the validating resolver
 * @param smtp port of the MX hosts
 * @param https port of policy hosts and receivers of reports
 * @param watch is told of everything
 */
public record LabServing(boolean loopback, int dns, int resolver, int smtp, int https, LabWatch watch) {}
