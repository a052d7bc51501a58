package org.hikyaku.check.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Words;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.tls.SessionFacts;

/**
 * The legs as a picture: from any sender to each address of each MX host, with what was agreed on and what it comes to.
 * The same is said in words for those who do not see it.
 */
final class LegsDiagram {
    private static final int WIDTH = 900;
    private static final int ROW = 58;
    private static final int MOST_ADDRESSES = 24;
    private static final int LEFT = 112;
    private static final int BEND = 172;
    private static final int HOSTS = 600;
    private static final int NAME_LETTERS = 33;
    private static final int LABEL_LETTERS = 64;

    /** How a line looks. */
    private enum Colour {
        SAFE,
        RISK,
        UNSURE
    }

    private LegsDiagram() {}

    /** Empty when no address was tried. */
    static String of(DomainReport report) {
        List<HostEvidence> hosts = report.evidence().hosts().stream()
                .filter(h -> !h.addresses().isEmpty())
                .toList();
        int all = hosts.stream().mapToInt(h -> h.addresses().size()).sum();
        if (all == 0) {
            return "";
        }
        int shown = Math.min(all, MOST_ADDRESSES);
        int height = shown * ROW + 10;
        int middle = height / 2;
        StringBuilder svg = new StringBuilder(4096);
        svg.append(String.format(
                Locale.ROOT,
                "<div class=\"scroll legs\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the legs to %s\">%n"
                        + "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                Html.escape(report.domain()),
                WIDTH,
                height,
                Html.escape(inWords(hosts))));
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"2\" y=\"%d\" width=\"%d\" height=\"44\" rx=\"8\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\">any"
                        + " sender</text>%n",
                middle - 22,
                LEFT - 2,
                LEFT / 2 + 1,
                middle + 5));
        int row = 0;
        for (HostEvidence host : hosts) {
            int rows = Math.min(host.addresses().size(), shown - row);
            if (rows > 0) {
                host(svg, host, host.addresses().subList(0, rows), 10 + row * ROW, middle);
                row += rows;
            }
        }
        svg.append("</svg></div>\n");
        if (shown < all) {
            svg.append("<p class=\"lead\">").append(all - shown).append(" more addresses are not drawn.</p>\n");
        }
        return svg.toString();
    }

    private static void host(
            StringBuilder svg, HostEvidence host, List<AddressEvidence> attempts, int top, int middle) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\"/>%n",
                HOSTS,
                top,
                WIDTH - HOSTS - 2,
                attempts.size() * ROW - 10));
        for (int i = 0; i < attempts.size(); i++) {
            int y = top + i * ROW + (ROW - 10) / 2;
            if (i == 0) {
                text(svg, "name", HOSTS + 14, y - 4, cut(host.name(), NAME_LETTERS));
            }
            String preference = i == 0 ? "preference " + host.host().preference() + " · " : "";
            text(
                    svg,
                    "dim",
                    HOSTS + 14,
                    i == 0 ? y + 14 : y + 4,
                    preference + Words.address(attempts.get(i).address().getAddress()));
            leg(svg, attempts.get(i), y, middle);
        }
    }

    private static void leg(StringBuilder svg, AddressEvidence attempt, int y, int middle) {
        svg.append(String.format(
                Locale.ROOT,
                "<g class=\"%s\"><path d=\"M%d %d C%d %d %d %d %d %d L%d %d\"/>",
                colour(attempt).name().toLowerCase(Locale.ROOT),
                LEFT,
                middle,
                (LEFT + BEND) / 2,
                middle,
                (LEFT + BEND) / 2,
                y,
                BEND,
                y,
                HOSTS - 4,
                y));
        text(svg, "dim", BEND + 14, y - 8, cut(agreed(attempt.outcome()), LABEL_LETTERS));
        text(svg, "what", BEND + 14, y + 17, cut(verdict(attempt), LABEL_LETTERS));
        svg.append("</g>\n");
    }

    private static void text(StringBuilder svg, String look, int x, int y, String words) {
        svg.append(String.format(
                Locale.ROOT, "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>", look, x, y, Html.escape(words)));
    }

    private static String cut(String text, int letters) {
        return text.length() <= letters ? text : text.substring(0, letters - 1) + "…";
    }

    private static String inWords(List<HostEvidence> hosts) {
        List<String> legs = new ArrayList<>();
        for (HostEvidence host : hosts) {
            for (AddressEvidence attempt : host.addresses()) {
                legs.add(host.name() + " at " + Words.address(attempt.address().getAddress()) + ": "
                        + agreed(attempt.outcome()) + "; " + verdict(attempt));
            }
        }
        return "Any sender to " + String.join(". To ", legs) + ".";
    }

    private static String agreed(SessionOutcome outcome) {
        return switch (outcome) {
            case SessionOutcome.NotReached not -> not.sentence();
            case SessionOutcome.NoStartTls none ->
                none.refusal().map(r -> "STARTTLS refused: " + r).orElse("no STARTTLS");
            case SessionOutcome.HandshakeFailed failed -> failed.failure().sentence();
            case SessionOutcome.Established established -> agreed(established.facts());
        };
    }

    /** {@code TLS 1.3 · X25519 · AES_256_GCM_SHA384}. */
    private static String agreed(SessionFacts facts) {
        String suite = facts.suite().replaceFirst("^TLS_", "").replaceFirst("^.*_WITH_", "");
        return facts.version().title().replace("TLSv", "TLS ")
                + facts.group().map(g -> " · " + g).orElse("") + " · " + suite;
    }

    private static String verdict(AddressEvidence attempt) {
        return switch (attempt.verdict()) {
            case Verdict.Authenticated authenticated ->
                switch (authenticated.by()) {
                    case Verdict.By.Dane _ -> "proves who it is by DANE";
                    case Verdict.By.MtaSts _ -> "proves who it is as the MTA-STS policy asks";
                    case Verdict.By.Both _ -> "proves who it is by DANE and for MTA-STS";
                    case Verdict.By.Pkix _ -> "proves who it is by its certificate";
                };
            case Verdict.Unauthenticated unauthenticated ->
                unauthenticated.encrypted()
                        ? "encrypted, but nothing obliges senders to check who it is"
                        : "in clear: everybody on the way can read it";
            case Verdict.Refused refused ->
                "refused by senders that check (" + refused.refusal().rule() + ")";
            case Verdict.NotJudged _ -> "not judged";
        };
    }

    private static Colour colour(AddressEvidence attempt) {
        return switch (attempt.verdict()) {
            case Verdict.Authenticated _ -> Colour.SAFE;
            case Verdict.Unauthenticated unauthenticated -> unauthenticated.encrypted() ? Colour.UNSURE : Colour.RISK;
            case Verdict.Refused _ -> Colour.RISK;
            case Verdict.NotJudged _ -> Colour.UNSURE;
        };
    }
}
