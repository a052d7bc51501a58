package org.hikyaku.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.NameServers;
import org.hikyaku.check.auth.dmarc.DmarcPolicy;
import org.hikyaku.check.auth.dmarc.DmarcReport;
import org.hikyaku.check.auth.dmarc.DmarcReport.Agreement;
import org.hikyaku.check.auth.dmarc.DmarcReport.Destination;
import org.hikyaku.check.auth.dmarc.DmarcReport.Discovery;
import org.hikyaku.check.auth.spf.Qualifier;
import org.hikyaku.check.auth.spf.SpfProblem;
import org.hikyaku.check.auth.spf.SpfProblem.Kind;
import org.hikyaku.check.auth.spf.SpfReport;
import org.hikyaku.check.auth.spf.SpfSelection;
import org.hikyaku.check.auth.spf.SpfTerm;
import org.hikyaku.check.grade.Mark;

/** Mail authentication and name servers as internet.nl marks them (checks/tasks/mail.py, ipv6.py). */
final class AuthMarks {
    private static final String GOOD = "good";
    private static final String BAD = "insufficient";

    private AuthMarks() {}

    static List<Mark> of(MailAuth auth) {
        List<Mark> marks = new ArrayList<>();
        dmarc(auth.dmarc(), marks);
        marks.add(dkim(auth));
        spf(auth.spf(), marks);
        marks.add(nameServers(auth.nameServers()));
        return marks;
    }

    /** Without a record the policy counts as bad too: a required subtest that is not tested keeps its worst status. */
    private static void dmarc(DmarcReport report, List<Mark> marks) {
        switch (report.discovery()) {
            case Discovery.NotKnown _ -> {
                marks.add(Mark.of("dmarc", Mark.UNKNOWN, ""));
                marks.add(Mark.of("dmarc_policy", Mark.UNKNOWN, ""));
            }
            case Discovery.None _ -> {
                marks.add(Mark.of("dmarc", BAD, "there is no DMARC record"));
                marks.add(Mark.of("dmarc_policy", BAD, "there is no policy"));
            }
            case Discovery.Found found -> {
                marks.add(Mark.of("dmarc", GOOD, ""));
                marks.add(policy(report, found));
            }
        }
    }

    private static Mark policy(DmarcReport report, Discovery.Found found) {
        if (!found.record().faults().isEmpty()) {
            return Mark.of(
                    "dmarc_policy", BAD, found.record().faults().getFirst().inWords());
        }
        if (found.effective() == DmarcPolicy.NONE) {
            return Mark.of("dmarc_policy", "policy", "the policy is none, or comes to none by t=y");
        }
        List<String> refused = report.destinations().stream()
                .filter(d -> d.agreement() == Agreement.NO)
                .map(Destination::uri)
                .toList();
        return refused.isEmpty()
                ? Mark.of("dmarc_policy", GOOD, "")
                : Mark.of("dmarc_policy", "external", "reports are not welcome at " + Words.list(refused));
    }

    /** NOERROR at {@code _domainkey} is enough, NXDOMAIN is not; a domain that sends nothing need have no keys. */
    private static Mark dkim(MailAuth auth) {
        if (MailAuthWords.sendsNothing(auth)) {
            return Mark.of("dkim", "no_email", "the domain says that it sends no mail");
        }
        return switch (auth.dkim().presence()) {
            case FOUND, NOT_KNOWN -> Mark.of("dkim", GOOD, "");
            case NOT_THERE -> Mark.of("dkim", BAD, "_domainkey does not exist");
            case FAILED -> Mark.of("dkim", Mark.UNKNOWN, "");
        };
    }

    private static void spf(SpfReport report, List<Mark> marks) {
        switch (report.selection()) {
            case SpfSelection.NotKnown _ -> {
                marks.add(Mark.of("spf", Mark.UNKNOWN, ""));
                marks.add(Mark.of("spf_policy", Mark.UNKNOWN, ""));
            }
            case SpfSelection.None _ -> {
                marks.add(Mark.of("spf", BAD, "there is no SPF record"));
                marks.add(Mark.of("spf_policy", BAD, "there is no policy"));
            }
            case SpfSelection.Several _ -> {
                marks.add(Mark.of("spf", BAD, "there is more than one SPF record"));
                marks.add(Mark.of("spf_policy", BAD, "there is no one policy"));
            }
            case SpfSelection.Found found -> {
                marks.add(Mark.of("spf", GOOD, ""));
                marks.add(policy(report, found));
            }
        }
    }

    /** Look-ups that find nothing, and mx terms with many hosts, are not counted there. */
    private static Mark policy(SpfReport report, SpfSelection.Found found) {
        if (!found.record().faults().isEmpty()) {
            return Mark.of("spf_policy", BAD, sentence(report, Kind.SYNTAX));
        }
        if (report.has(Kind.TOO_MANY_LOOKUPS)) {
            return Mark.of("spf_policy", "max_lookups", sentence(report, Kind.TOO_MANY_LOOKUPS));
        }
        Optional<SpfProblem> elsewhere = report.problems().stream()
                .filter(p -> switch (p.kind()) {
                    case SYNTAX, SEVERAL, TARGET_WITHOUT_RECORD, LOOP -> true;
                    case TOO_MANY_LOOKUPS,
                            TOO_MANY_VOIDS,
                            TOO_MANY_MX,
                            VOID,
                            PTR,
                            UNREACHED,
                            OPEN,
                            NEUTRAL,
                            LONG,
                            UNKNOWN_MODIFIER,
                            MISTAKEN_MODIFIER,
                            DEPENDS_ON_MAIL,
                            EXPLANATION,
                            NOT_KNOWN -> false;
                })
                .findFirst();
        if (elsewhere.isPresent()) {
            boolean includes = found.record().terms().stream().anyMatch(SpfTerm.Include.class::isInstance);
            return Mark.of(
                    "spf_policy",
                    includes ? "include" : "redirect",
                    elsewhere.get().sentence());
        }
        if (report.has(Kind.NOT_KNOWN)) {
            return Mark.of("spf_policy", Mark.UNKNOWN, "");
        }
        boolean closed = report.ending()
                .filter(e -> e.qualifier() == Qualifier.FAIL || e.qualifier() == Qualifier.SOFTFAIL)
                .isPresent();
        boolean open = report.ending().isEmpty(); // a redirect that only a mail could tell
        return closed || open
                ? Mark.of("spf_policy", GOOD, "")
                : Mark.of("spf_policy", "all", "the record ends in neither -all nor ~all");
    }

    private static String sentence(SpfReport report, Kind kind) {
        return report.problems(kind).stream()
                .map(SpfProblem::sentence)
                .findFirst()
                .orElse("");
    }

    private static Mark nameServers(NameServers servers) {
        if (!servers.known()) {
            return Mark.of("ns_aaaa", Mark.UNKNOWN, "");
        }
        String without = servers.servers().stream()
                .filter(s -> s.ip6().isEmpty())
                .map(s -> Words.name(s.name()))
                .collect(Collectors.joining(", "));
        return switch (servers.withIp6().size()) {
            case 0 -> Mark.of("ns_aaaa", BAD, "no IPv6 address: " + without);
            case 1 -> Mark.of("ns_aaaa", "only_one", "only one name server has an IPv6 address");
            default -> Mark.of("ns_aaaa", GOOD, "");
        };
    }
}
