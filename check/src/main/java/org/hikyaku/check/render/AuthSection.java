package org.hikyaku.check.render;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hikyaku.check.Words;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.NameServers;
import org.hikyaku.check.auth.Reverse;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.caa.CaaProperty;
import org.hikyaku.check.auth.caa.CaaReport;
import org.hikyaku.check.auth.dkim.DkimReport;
import org.hikyaku.check.auth.dmarc.DmarcReport;
import org.hikyaku.check.auth.dmarc.DmarcReport.Discovery;
import org.hikyaku.check.auth.spf.SpfReport;
import org.hikyaku.check.auth.spf.SpfSelection;

/** What a domain publishes of who may send in its name and issue for its hosts, as one foldable part of the page. */
final class AuthSection {
    private AuthSection() {}

    /** What is wrong with any of it is said by the findings; this shows what is there. */
    static String of(MailAuth auth) {
        StringBuilder html = new StringBuilder(2048);
        html.append("<details class=\"plain\"><summary><strong>As published:</strong>"
                + " <span class=\"id\">SPF, DMARC, DKIM, CAA, names of the addresses, name servers</span></summary>\n");
        spf(html, auth.spf());
        dmarc(html, auth.dmarc());
        dkim(html, auth.dkim());
        AuthJson.inOrder(auth).forEach(c -> caa(html, c));
        auth.reverse().forEach(r -> reverse(html, r));
        nameServers(html, auth.nameServers());
        return html.append("</details>\n").toString();
    }

    private static void spf(StringBuilder html, SpfReport report) {
        switch (report.selection()) {
            case SpfSelection.Found found -> {
                String ending = report.ending()
                        .map(e -> "; for a sender that nothing matches: "
                                + e.qualifier().name().toLowerCase(Locale.ROOT))
                        .orElse("");
                line(
                        html,
                        "SPF",
                        "a record with " + Words.count(report.lookups(), "look-up") + " of 10 allowed, "
                                + Words.count(report.voids(), "void look-up") + " of 2 allowed" + ending);
                records(html, List.of(Shown.txt(found.record().text())));
            }
            case SpfSelection.None _ -> line(html, "SPF", "no record");
            case SpfSelection.Several several -> {
                line(html, "SPF", "more than one record, which is as bad as none");
                records(html, several.texts().stream().map(Shown::txt).toList());
            }
            case SpfSelection.NotKnown _ -> line(html, "SPF", "not found out");
        }
    }

    private static void dmarc(StringBuilder html, DmarcReport report) {
        switch (report.discovery()) {
            case Discovery.Found found -> {
                line(
                        html,
                        "DMARC",
                        "the record at _dmarc." + Words.name(found.at()) + " applies; forged mail: "
                                + found.effective().token()
                                + report.organisational()
                                        .map(o -> "; organisational domain: " + Words.name(o))
                                        .orElse(""));
                records(html, List.of(Shown.txt(found.record().text())));
            }
            case Discovery.None _ -> line(html, "DMARC", "no record");
            case Discovery.NotKnown _ -> line(html, "DMARC", "not found out");
        }
    }

    private static void dkim(StringBuilder html, DkimReport report) {
        List<DkimReport.Selector> found = report.found();
        if (found.isEmpty()) {
            line(
                    html,
                    "DKIM",
                    switch (report.presence()) {
                        case FOUND, NOT_KNOWN -> "no key at the selectors asked for; there may be others";
                        case NOT_THERE -> "no keys";
                        case FAILED -> "not found out";
                    });
        }
        for (DkimReport.Selector selector : found) {
            String keys = switch (selector.outcome()) {
                case DkimReport.Outcome.Found one ->
                    one.key().revoked() ? "revoked" : one.key().inWords();
                case DkimReport.Outcome.Several several -> several.keys().size() + " keys";
                case DkimReport.Outcome.NotThere _, DkimReport.Outcome.NotKnown _ -> "";
            };
            line(html, "DKIM", "selector " + Shown.plain(selector.name()) + ": " + keys);
        }
    }

    private static void caa(StringBuilder html, CaaReport report) {
        String title = "CAA for " + Words.name(report.host());
        switch (report.set()) {
            case CaaReport.Relevant.Found found -> {
                line(html, title, "the records at " + Words.name(found.at()) + " count");
                records(
                        html,
                        found.properties().stream().map(CaaProperty::inWords).toList());
            }
            case CaaReport.Relevant.None _ -> line(html, title, "no records");
            case CaaReport.Relevant.NotKnown _ -> line(html, title, "not found out");
        }
    }

    private static void reverse(StringBuilder html, Reverse reverse) {
        line(
                html,
                "Name of " + Words.address(reverse.address()),
                switch (reverse.outcome()) {
                    case Reverse.Outcome.Confirmed confirmed ->
                        Words.name(confirmed.name()) + ", which has this address";
                    case Reverse.Outcome.Unconfirmed un ->
                        un.names().stream().map(Words::name).collect(Collectors.joining(", "))
                                + ", without this address";
                    case Reverse.Outcome.NoName _ -> "none";
                    case Reverse.Outcome.NotKnown _ -> "not found out";
                });
    }

    private static void nameServers(StringBuilder html, NameServers servers) {
        line(
                html,
                "Name servers of " + Words.name(servers.zone()),
                servers.servers().isEmpty()
                        ? "not found out"
                        : servers.servers().stream()
                                .map(s -> Words.name(s.name()) + (s.ip6().isEmpty() ? "" : " (IPv6 too)"))
                                .collect(Collectors.joining(", ")));
    }

    private static void line(StringBuilder html, String title, String text) {
        html.append("<p><strong>")
                .append(Html.escape(title))
                .append("</strong>: ")
                .append(Html.escape(text))
                .append("</p>\n");
    }

    private static void records(StringBuilder html, List<String> records) {
        html.append("<pre>").append(Html.escape(String.join("\n", records))).append("</pre>\n");
    }
}
