package org.hikyaku.check;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.dmarc.DmarcPolicy;
import org.hikyaku.check.auth.dmarc.DmarcRecord;
import org.hikyaku.check.auth.dmarc.DmarcReport;
import org.hikyaku.check.auth.dmarc.DmarcReport.Destination;
import org.hikyaku.check.auth.dmarc.DmarcReport.Discovery;
import org.hikyaku.check.auth.dmarc.DmarcReport.Place;
import org.xbill.DNS.Name;

/** DMARC: what should become of mail that carries the domain's name and is not the domain's? */
final class DmarcExamination implements Examination {

    @Override
    public List<Finding> examine(Evidence evidence) {
        return evidence.judgedAuth().map(auth -> examine(evidence, auth)).orElse(List.of());
    }

    private static List<Finding> examine(Evidence evidence, MailAuth auth) {
        DmarcReport report = auth.dmarc();
        List<Finding> findings = new ArrayList<>();
        for (Name name : report.discarded()) {
            findings.add(Finding.of(
                            FindingId.DMARC_INVALID,
                            Severity.WARNING,
                            owner(name),
                            "There is more than one DMARC record at " + owner(name) + ", which counts as none.",
                            Mend.of("leave one record there"))
                    .under("RFC 9989 4.10"));
        }
        switch (report.discovery()) {
            case Discovery.Found found -> findings.addAll(found(evidence, report, found));
            case Discovery.None _ -> {
                if (report.discarded().isEmpty()) {
                    findings.add(absent(evidence, report));
                }
            }
            case Discovery.NotKnown not -> {
                if (!auth.own().contains(not.answer())) { // else the answer itself is a finding of DnssecExamination
                    findings.add(Finding.of(
                            FindingId.LOOKUP_FAILED,
                            Severity.UNKNOWN,
                            evidence.domain(),
                            "Which DMARC policy applies is not known: the look-up of " + Words.question(not.answer())
                                    + " did not succeed.",
                            Mend.of("try again, with another resolver (--resolver ADDRESS) too")));
                }
            }
        }
        return findings;
    }

    private static Finding absent(Evidence evidence, DmarcReport report) {
        return Finding.of(
                FindingId.DMARC_ABSENT,
                Severity.WARNING,
                evidence.domain(),
                ("There is no DMARC record at " + owner(report.domain()) + ", nor above it. "
                                + String.join(" ", report.looksLike()))
                        .strip(),
                Mend.of(
                        "publish a DMARC record; begin with p=none and read the reports, then make it p=reject",
                        line(report.domain(), "v=DMARC1; p=none; rua=mailto:dmarc-reports@" + evidence.domain())));
    }

    private static List<Finding> found(Evidence evidence, DmarcReport report, Discovery.Found found) {
        List<Finding> findings = new ArrayList<>();
        DmarcRecord record = found.record();
        String subject = owner(found.at());
        for (Fault fault : record.faults()) {
            findings.add(Finding.of(
                    FindingId.DMARC_INVALID,
                    Severity.WARNING,
                    subject,
                    "The DMARC record is wrong. " + fault.inWords()
                            + (record.policyUsable()
                                    ? ""
                                    : record.isUsable()
                                            ? " Receivers act as if it said p=none."
                                            : " Receivers act as if there were no record."),
                    Mend.of("publish the record without that fault", line(found.at(), mended(record)))));
        }
        if (record.policyUsable() || record.faults().isEmpty()) {
            policy(evidence, found, findings);
        }
        for (Destination destination : report.destinations()) {
            destination(found, destination, findings);
        }
        if (record.rua().isEmpty()) {
            findings.add(Finding.of(
                    FindingId.DMARC_NO_REPORTS,
                    Severity.NOTICE,
                    subject,
                    "The DMARC record names no address for aggregate reports.",
                    Mend.of(
                            "add an address",
                            line(found.at(), with(record, "rua=mailto:dmarc-reports@" + Words.name(found.at()))))));
        }
        record.notes()
                .forEach(n -> findings.add(Finding.of(
                        FindingId.DMARC_STYLE, Severity.NOTICE, subject, n, Mend.of("mend that part of the record"))));
        boolean wrong = findings.stream().anyMatch(f -> f.severity() == Severity.WARNING);
        if (!wrong) {
            findings.add(Finding.of(
                    FindingId.DMARC_OK,
                    Severity.OK,
                    subject,
                    "Receivers are asked to " + (found.effective() == DmarcPolicy.REJECT ? "reject" : "set aside")
                            + " mail that only claims to be of " + evidence.domain() + "."));
        }
        return findings;
    }

    private static void policy(Evidence evidence, Discovery.Found found, List<Finding> findings) {
        DmarcRecord record = found.record();
        String subject = owner(found.at());
        String tag = found.place() == Place.OWN ? "p" : record.sp().isPresent() ? "sp" : "p";
        if (found.policy() == DmarcPolicy.NONE) {
            findings.add(Finding.of(
                    FindingId.DMARC_NONE,
                    Severity.WARNING,
                    subject,
                    record.p().isEmpty() && found.place() == Place.OWN
                            ? "The DMARC record has no policy, which counts as p=none."
                            : "The DMARC policy for " + evidence.domain() + " is " + tag
                                    + "=none: nothing becomes of mail" + " that fails.",
                    Mend.of(
                            "when the reports show that all your own mail passes, ask for more",
                            line(found.at(), replaced(record, tag, "reject")))));
        } else if (record.testing()) {
            findings.add(Finding.of(
                    FindingId.DMARC_TESTING,
                    Severity.WARNING,
                    subject,
                    "t=y makes " + tag + "=" + found.policy().token() + " act as "
                            + found.effective().token() + ".",
                    Mend.of("take t=y out when testing is over", line(found.at(), without(record, "t")))));
        }
        if (found.place() == Place.OWN && found.policy() != DmarcPolicy.NONE) {
            weaker(found, "sp", record.subdomains(), "subdomains", findings);
            weaker(found, "np", record.nonexistent(), "subdomains that do not exist", findings);
        }
    }

    private static void weaker(
            Discovery.Found found, String tag, DmarcPolicy policy, String what, List<Finding> findings) {
        DmarcRecord record = found.record();
        boolean stated =
                tag.equals("sp") ? record.sp().isPresent() : record.np().isPresent();
        if (stated && policy.compareTo(found.policy()) < 0) {
            findings.add(Finding.of(
                    FindingId.DMARC_SUBDOMAINS,
                    Severity.WARNING,
                    owner(found.at()),
                    tag + "=" + policy.token() + " asks for less for " + what + " than p="
                            + found.policy().token() + " for the domain: whoever forges mail takes a name below it.",
                    Mend.of(
                            "ask for the same below the domain",
                            line(
                                    found.at(),
                                    replaced(record, tag, found.policy().token())))));
        }
    }

    private static void destination(Discovery.Found found, Destination destination, List<Finding> findings) {
        switch (destination.agreement()) {
            case YES -> {}
            case NO ->
                findings.add(Finding.of(
                        FindingId.DMARC_REPORTS_REFUSED,
                        Severity.WARNING,
                        owner(found.at()),
                        "Reports to " + Shown.plain(destination.uri()) + " are not sent: "
                                + Words.name(destination.host())
                                + " does not say that it takes reports about " + Words.name(found.at()) + ".",
                        Mend.of(
                                "have this record published there, or name an address of your own",
                                Words.name(destination.owner()) + ". 3600 IN TXT \"v=DMARC1\"")));
            case NOT_KNOWN ->
                findings.add(Finding.of(
                        FindingId.LOOKUP_FAILED,
                        Severity.UNKNOWN,
                        owner(found.at()),
                        "Whether " + Words.name(destination.host())
                                + " takes reports is not known: the look-up of " + Words.name(destination.owner())
                                + " TXT did not succeed.",
                        Mend.of("try again, with another resolver (--resolver ADDRESS) too")));
        }
    }

    /** The record with what is known of it and without what is wrong. */
    private static String mended(DmarcRecord record) {
        StringBuilder text = new StringBuilder("v=DMARC1; p=")
                .append(record.p().orElse(DmarcPolicy.NONE).token());
        record.sp().ifPresent(p -> text.append("; sp=").append(p.token()));
        record.np().ifPresent(p -> text.append("; np=").append(p.token()));
        addresses(text, "rua", record.rua());
        addresses(text, "ruf", record.ruf());
        if (record.testing()) {
            text.append("; t=y");
        }
        switch (record.psd()) {
            case YES -> text.append("; psd=y");
            case NO -> text.append("; psd=n");
            case UNSTATED -> {}
        }
        return text.toString();
    }

    private static void addresses(StringBuilder text, String tag, List<DmarcRecord.ReportAddress> addresses) {
        if (!addresses.isEmpty()) {
            text.append("; ")
                    .append(tag)
                    .append('=')
                    .append(addresses.stream()
                            .map(DmarcRecord.ReportAddress::uri)
                            .collect(Collectors.joining(",")));
        }
    }

    private static String with(DmarcRecord record, String tag) {
        String text = record.text().strip();
        return (text.endsWith(";") ? text.substring(0, text.length() - 1).strip() : text) + "; " + tag;
    }

    private static String without(DmarcRecord record, String tag) {
        return List.of(record.text().split(";")).stream()
                .map(String::strip)
                .filter(t -> !t.isEmpty() && !name(t).equals(tag))
                .collect(Collectors.joining("; "));
    }

    private static String replaced(DmarcRecord record, String tag, String value) {
        List<String> tags = List.of(record.text().split(";")).stream()
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .map(t -> name(t).equals(tag) ? tag + "=" + value : t)
                .toList();
        boolean there = tags.stream().anyMatch(t -> name(t).equals(tag));
        return there ? String.join("; ", tags) : with(record, tag + "=" + value);
    }

    private static String name(String tag) {
        return tag.split("=", 2)[0].strip();
    }

    private static String owner(Name domain) {
        return "_dmarc." + Words.name(domain);
    }

    private static String line(Name domain, String record) {
        return owner(domain) + ". 3600 IN TXT " + Shown.txt(record);
    }
}
