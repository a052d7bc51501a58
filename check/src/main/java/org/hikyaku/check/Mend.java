package org.hikyaku.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What mends a finding.
 *
 * @param action what to do, a phrase that fits after the subject and a colon, without a final stop: {@code publish the
 *     TLSA record of its present key}
 * @param lines the exact records, settings or file to put there, one a line; empty when the action says all
 * @param settings the settings among the lines once more, by software as {@code ServerSettings} names it; empty when
 *     it is not a setting that mends
 */
public record Mend(String action, List<String> lines, Map<String, List<String>> settings) {
    private static final String WITH_OPENSSL = "exim";
    private static final String WITH_GNUTLS = "exim-gnutls";

    public Mend {
        lines = List.copyOf(lines);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** A mend that is no setting: a record, a file or what the action says. */
    public Mend(String action, List<String> lines) {
        this(action, lines, Map.of());
    }

    public static Mend of(String action, String... lines) {
        return new Mend(action, List.of(lines), Map.of());
    }

    /** A mend by one of several settings, each under the name of the software that it is for. */
    static Mend of(String action, Map<String, List<String>> settings) {
        boolean oneExim =
                settings.containsKey(WITH_OPENSSL) && settings.get(WITH_OPENSSL).equals(settings.get(WITH_GNUTLS));
        List<String> lines = new ArrayList<>();
        settings.forEach((software, its) -> {
            if (!(oneExim && software.equals(WITH_GNUTLS))) {
                lines.add("# " + title(software, oneExim));
                lines.addAll(its);
            }
        });
        return new Mend(action, lines, settings);
    }

    private static String title(String software, boolean oneExim) {
        return switch (software) {
            case "postfix" -> "Postfix, main.cf:";
            case WITH_OPENSSL -> oneExim ? "Exim:" : "Exim with OpenSSL:";
            case WITH_GNUTLS -> "Exim with GnuTLS, as in Debian:";
            case "stalwart" -> "Stalwart:";
            case "nginx" -> "nginx:";
            default -> software + ":";
        };
    }
}
