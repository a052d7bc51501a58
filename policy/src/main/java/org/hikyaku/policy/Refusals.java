package org.hikyaku.policy;

import java.util.Locale;
import java.util.Optional;
import org.hikyaku.policy.Verdict.Refusal;
import org.hikyaku.x509.PathResult;

/** How a session that broke a rule is spoken of: the rule, what TLS-RPT calls it (T7), and a sentence. */
final class Refusals {

    private Refusals() {}

    /** @param text what was seen; becomes a sentence */
    static Refusal of(String rule, ResultType type, Optional<String> code, String text) {
        return new Refusal(rule, Optional.of(type), code, sentence(text));
    }

    /** T7: the nearest miss tells what to mend. */
    static Refusal noTlsaMatches(TlsaMatch.None none) {
        Optional<TlsaMatch.Miss> nearest = none.nearest();
        if (nearest.isEmpty()) {
            return of("D9", ResultType.TLSA_INVALID, Optional.empty(), "there is no TLSA record to match");
        }
        TlsaMatch.Miss miss = nearest.get();
        String sentence = none.misses().size() == 1
                ? miss.sentence()
                : "None of the " + none.misses().size() + " TLSA records matches. " + miss.sentence();
        return switch (miss.reason()) {
            case UNUSABLE -> of("D10", ResultType.TLSA_INVALID, Optional.of("tlsa-unusable"), sentence);
            case ANCHOR_NOT_SENT -> of("D14", ResultType.TLSA_INVALID, Optional.of("tlsa-anchor-missing"), sentence);
            case OTHER_CERTIFICATE -> of("D11", ResultType.TLSA_INVALID, Optional.of("tlsa-no-match"), sentence);
            case OUTDONE -> of("D25", ResultType.TLSA_INVALID, Optional.of("tlsa-no-match"), sentence);
            case NO_PATH -> of("D12", ResultType.CERTIFICATE_NOT_TRUSTED, Optional.of("tlsa-no-path"), sentence);
            case EXPIRED -> of("D12", ResultType.CERTIFICATE_EXPIRED, Optional.empty(), sentence);
            case NOT_YET_VALID ->
                of("D12", ResultType.CERTIFICATE_EXPIRED, Optional.of("certificate-not-yet-valid"), sentence);
            case OTHER_NAME -> of("D12", ResultType.CERTIFICATE_HOST_MISMATCH, Optional.empty(), sentence);
        };
    }

    /** @param rule the rule that wants a trusted certificate */
    static Refusal untrusted(PathResult.Untrusted untrusted, String rule) {
        return switch (untrusted.fault()) {
            case EXPIRED -> of(rule, ResultType.CERTIFICATE_EXPIRED, Optional.empty(), untrusted.sentence());
            case NOT_YET_VALID ->
                of(
                        rule,
                        ResultType.CERTIFICATE_EXPIRED,
                        Optional.of("certificate-not-yet-valid"),
                        untrusted.sentence());
            case NO_ANCHOR,
                    SELF_SIGNED,
                    BAD_SIGNATURE,
                    NOT_A_CA,
                    PATH_LENGTH,
                    NAME_CONSTRAINT,
                    PURPOSE,
                    WEAK,
                    TOO_LONG,
                    EXTENSION ->
                of(
                        rule,
                        ResultType.CERTIFICATE_NOT_TRUSTED,
                        Optional.of(untrusted
                                .fault()
                                .name()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-')),
                        untrusted.sentence());
        };
    }

    /** Upper case at the start, unless that is a host name, and a full stop at the end. */
    static String sentence(String text) {
        int word = text.indexOf(' ');
        boolean hostName = text.substring(0, Math.max(word, 0)).contains(".");
        String first = hostName ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return first.endsWith(".") ? first : first + ".";
    }
}
