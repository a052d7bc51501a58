package org.hikyaku.check.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/**
 * The name of an address (PTR), and whether that name has the address: forward-confirmed reverse DNS.
 *
 * @param address of a mail server
 * @param outcome what was found
 */
public record Reverse(InetAddress address, Outcome outcome) {
    /** More names at one address are not looked at; honest ones have one or two. */
    private static final int MOST_NAMES = 5;

    /** What was found. */
    public sealed interface Outcome {
        /** One of its names has the address. */
        record Confirmed(Name name) implements Outcome {}

        /** It has names, and none of them has the address. */
        record Unconfirmed(List<Name> names) implements Outcome {}

        /** It has no name. */
        record NoName() implements Outcome {}

        /** A look-up failed, or its answer is bogus. */
        record NotKnown(Answer answer) implements Outcome {}
    }

    /** Looks up many addresses side by side. */
    public static List<Reverse> read(List<InetAddress> addresses, Asker asker) {
        return KnownAnswers.read(
                asker,
                known -> addresses.stream()
                        .map(a -> new Reverse(a, outcome(a, known)))
                        .toList());
    }

    private static Outcome outcome(InetAddress address, KnownAnswers known) {
        Optional<Answer> pointer = known.get(ReverseMap.fromAddress(address), Type.PTR);
        if (pointer.isEmpty()) {
            return new Outcome.NoName(); // read again when it is there
        }
        if (!(pointer.get() instanceof Answer.Definite definite)) {
            return new Outcome.NotKnown(pointer.get());
        }
        List<Name> names = definite.content().recordsOrNone().stream()
                .filter(PTRRecord.class::isInstance)
                .map(r -> ((PTRRecord) r).getTarget())
                .limit(MOST_NAMES)
                .toList();
        if (names.isEmpty()) {
            return new Outcome.NoName();
        }
        int type = address instanceof Inet6Address ? Type.AAAA : Type.A;
        Optional<Answer> open = Optional.empty();
        for (Name name : names) {
            Optional<Answer> forward = known.get(name, type);
            if (forward.isEmpty()) {
                continue;
            }
            if (!(forward.get() instanceof Answer.Definite there)) {
                open = forward;
            } else if (there.content().recordsOrNone().stream().anyMatch(r -> has(r, address))) {
                return new Outcome.Confirmed(name);
            }
        }
        return open.<Outcome>map(Outcome.NotKnown::new).orElseGet(() -> new Outcome.Unconfirmed(names));
    }

    private static boolean has(Record record, InetAddress address) {
        byte[] octets = switch (record) {
            case ARecord a -> a.getAddress().getAddress();
            case AAAARecord aaaa -> aaaa.getAddress().getAddress();
            default -> new byte[0];
        };
        return Arrays.equals(octets, address.getAddress());
    }
}
