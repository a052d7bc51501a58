package org.hikyaku.policy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.dns.Answer;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** The addresses of an MX host, and how many of them anybody is sent to. */
public final class HostAddresses {
    /**
     * Whoever writes a zone could name thousands of strangers as addresses of one host; large providers have about
     * ten.
     */
    public static final Limit MAX_TRIED = new Limit("addresses tried of one MX host", 20);

    private HostAddresses() {}

    /** Four decimal labels: no top-level domain is all digits, so this is an address in the wrong place. */
    public static boolean isLiteral(Name host) {
        if (host.labels() != 5) {
            return false;
        }
        for (int i = 0; i < 4; i++) {
            String label = host.getLabelString(i);
            if (label.length() > 3 || !label.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    /** All that the answers hold, each once, IPv6 first. */
    public static List<InetAddress> all(HostObservation host) {
        return Stream.of(host.aaaa(), host.a())
                .flatMap(a -> records(a).stream())
                .flatMap(HostAddresses::address)
                .distinct()
                .toList();
    }

    /**
     * At most so many of them, in their order. Where there are too many, neither family crowds the other out: a sender
     * may have a way to one of them only.
     */
    public static List<InetAddress> atMost(List<InetAddress> addresses, long most) {
        if (addresses.size() <= most) {
            return addresses;
        }
        long four = addresses.stream().filter(Inet4Address.class::isInstance).count();
        long six = addresses.size() - four;
        long leftOfFour = Math.min(four, Math.max(most - most / 2, most - six));
        long leftOfSix = most - leftOfFour;
        List<InetAddress> taken = new ArrayList<>();
        for (InetAddress address : addresses) {
            boolean take = address instanceof Inet4Address ? leftOfFour-- > 0 : leftOfSix-- > 0;
            if (take) {
                taken.add(address);
            }
        }
        return taken;
    }

    private static List<Record> records(Answer answer) {
        return answer instanceof Answer.Definite definite ? definite.content().recordsOrNone() : List.of();
    }

    /** Records of other types in an answer for addresses are no addresses. */
    private static Stream<InetAddress> address(Record rr) {
        if (rr instanceof ARecord a) {
            return Stream.of(a.getAddress());
        }
        return rr instanceof AAAARecord aaaa ? Stream.of(aaaa.getAddress()) : Stream.empty();
    }
}
