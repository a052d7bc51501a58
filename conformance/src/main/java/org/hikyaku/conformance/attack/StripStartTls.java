package org.hikyaku.conformance.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;

/** Takes STARTTLS out of what the receiver says that it can do. */
final class StripStartTls extends Attack {
    StripStartTls() {
        super(
                "strip-starttls",
                "STARTTLS stripped",
                "Takes the line STARTTLS out of the receiver's answer to EHLO.",
                Optional.of(Attacker.STARTTLS_STRIPPED));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onMail(new WireRelay(hands()));
    }

    static Hands hands() {
        return new Tampering() {
            @Override
            public List<String> reply(List<String> lines) {
                return lines.size() > 1 ? without("STARTTLS", lines) : lines;
            }
        };
    }

    /** A reply of several lines without the one that offers this. */
    static List<String> without(String keyword, List<String> lines) {
        List<String> left = new ArrayList<>(lines.stream()
                .filter(l -> l.length() < 4
                        || !l.substring(4).strip().toUpperCase(Locale.ROOT).equals(keyword))
                .toList());
        if (left.isEmpty()) {
            return lines;
        }
        String last = left.removeLast();
        left.add(last.substring(0, 3) + " " + last.substring(Math.min(4, last.length())));
        return left;
    }
}
