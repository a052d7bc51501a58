package org.hikyaku.tlsrpt.receive;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.mail.dkim.DkimResult;
import org.hikyaku.tlsrpt.receive.Intake.Reason;
import org.hikyaku.tlsrpt.receive.Intake.Refused;

/** Whether a mail with a report is signed as it must be (T13, RFC 8460 section 3). */
final class SignedBy {
    private static final String SERVICE = "tlsrpt";

    private SignedBy() {}

    /** Whose signature counts, or why none does. */
    sealed interface Signature {
        record Good(String domain, boolean reportDomainSigned) implements Signature {}

        record Bad(Refused refused) implements Signature {}
    }

    static Signature check(Optional<String> from, List<DkimResult> results) {
        if (results.isEmpty()) {
            return new Signature.Bad(new Refused(
                    Reason.UNSIGNED, "The mail has no DKIM signature; reports without one are not taken (T13)."));
        }
        Optional<String> fromDomain = from.map(SignedBy::domain);
        Optional<Refused> why = Optional.empty();
        for (DkimResult result : results) {
            switch (result) {
                case DkimResult.Valid valid -> {
                    Optional<String> objection = objection(valid, fromDomain);
                    if (objection.isEmpty()) {
                        return new Signature.Good(valid.domain(), valid.fields().contains("tls-report-domain"));
                    }
                    why = Optional.of(new Refused(Reason.BAD_SIGNATURE, objection.get()));
                }
                case DkimResult.Invalid invalid ->
                    why = why.or(() -> Optional.of(new Refused(
                            Reason.BAD_SIGNATURE,
                            "The mail's DKIM signature is not good. " + invalid.sentence() + " (T13)")));
                case DkimResult.Unknown unknown ->
                    why = Optional.of(new Refused(Reason.KEY_UNKNOWN, unknown.sentence()));
            }
        }
        return new Signature.Bad(why.orElseThrow());
    }

    private static Optional<String> objection(DkimResult.Valid valid, Optional<String> from) {
        if (!valid.whole()) {
            return Optional.of("The signature of " + valid.domain()
                    + " covers only a part of the mail (l=), so anything could have been added (T13).");
        }
        if (!valid.allows(SERVICE)) {
            return Optional.of("The key of " + valid.domain() + " is not for reports: its service types (s=) are "
                    + String.join(", ", valid.services()) + " (T13).");
        }
        if (from.isEmpty() || !related(valid.domain(), from.get())) {
            return Optional.of("The mail is signed by " + valid.domain() + ", and its From is of "
                    + from.orElse("nobody") + " (T13).");
        }
        return Optional.empty();
    }

    /** The same, or one within the other; a top-level domain is nobody's sender. */
    static boolean related(String one, String other) {
        return one.indexOf('.') > 0
                && other.indexOf('.') > 0
                && (one.equals(other) || one.endsWith("." + other) || other.endsWith("." + one));
    }

    private static String domain(String from) {
        int open = from.lastIndexOf('<');
        int close = from.indexOf('>', Math.max(open, 0));
        String address = open >= 0 && close > open ? from.substring(open + 1, close) : from;
        return address.substring(address.lastIndexOf('@') + 1).strip().toLowerCase(Locale.ROOT);
    }
}
