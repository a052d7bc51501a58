package org.hikyaku.cli;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tls.TlsReport;

/**
 * Which connections to show: those that fit one of each kind that is named.
 *
 * @param hosts addresses or prefixes, of either end
 * @param ports of either end
 * @param names server names (SNI), in lower case; {@code *.example} stands for all below
 * @param from nothing that began earlier
 * @param to nothing that began then or later
 */
record DecodeFilter(
        List<Prefix> hosts,
        Set<Integer> ports,
        Set<Protocol> protocols,
        boolean clearOnly,
        boolean tlsOnly,
        List<String> names,
        Optional<CaptureTime> from,
        Optional<CaptureTime> to) {

    /** Whether a connection is asked for; some things are known only when more of it has passed. */
    enum Fit {
        YES,
        NO,
        NOT_YET
    }

    /** @param bits how many of the address count, in its own family */
    record Prefix(InetAddress address, int bits) {
        boolean holds(Endpoint end) {
            byte[] ours = address.getAddress();
            byte[] theirs = end.address().getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >>> (i & 7);
                if ((ours[i >>> 3] & mask) != (theirs[i >>> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    boolean everything() {
        return hosts.isEmpty()
                && ports.isEmpty()
                && protocols.isEmpty()
                && !clearOnly
                && !tlsOnly
                && names.isEmpty()
                && from.isEmpty()
                && to.isEmpty();
    }

    /**
     * @param began nanoseconds of the capture's first packet since 1970
     * @param over whether all of the connection has passed
     */
    Fit fit(Connection c, Protocol protocol, long began, boolean over) {
        boolean host = hosts.isEmpty()
                || hosts.stream().anyMatch(prefix -> prefix.holds(c.client()) || prefix.holds(c.server()));
        boolean port = ports.isEmpty()
                || ports.contains(c.client().port())
                || ports.contains(c.server().port());
        boolean time = from.map(t -> c.nanos() >= t.nanos(began)).orElse(true)
                && to.map(t -> c.nanos() < t.nanos(began)).orElse(true);
        if (!host || !port || !time) {
            return Fit.NO;
        }
        return worse(worse(byProtocol(protocol, over), byTls(c, over)), byName(c, over));
    }

    private static Fit worse(Fit a, Fit b) {
        return a == Fit.NO || b == Fit.NO ? Fit.NO : a == Fit.NOT_YET || b == Fit.NOT_YET ? Fit.NOT_YET : Fit.YES;
    }

    private Fit byProtocol(Protocol protocol, boolean over) {
        if (protocols.isEmpty() || protocols.contains(protocol)) {
            return Fit.YES;
        }
        return protocol == Protocol.UNKNOWN && !over ? Fit.NOT_YET : Fit.NO;
    }

    private Fit byTls(Connection c, boolean over) {
        if (!tlsOnly && !clearOnly) {
            return Fit.YES;
        }
        if (c.tls().isPresent()) {
            return tlsOnly ? Fit.YES : Fit.NO;
        }
        return over ? tlsOnly ? Fit.NO : Fit.YES : Fit.NOT_YET;
    }

    private Fit byName(Connection c, boolean over) {
        if (names.isEmpty()) {
            return Fit.YES;
        }
        Optional<TlsReport> tls = c.tls();
        if (tls.isPresent() && tls.get().clientHello().isPresent()) {
            return tls.get().serverName().filter(this::named).isPresent() ? Fit.YES : Fit.NO;
        }
        return over ? Fit.NO : Fit.NOT_YET;
    }

    private boolean named(String serverName) {
        String lower = serverName.toLowerCase(Locale.ROOT);
        for (String name : names) {
            if (name.startsWith("*.") ? lower.endsWith(name.substring(1)) : lower.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
