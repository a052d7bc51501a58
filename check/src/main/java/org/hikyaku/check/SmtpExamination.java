package org.hikyaku.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.grade.ServerSettings;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.SessionOutcome;

/** What the servers say of themselves in SMTP: their name, and REQUIRETLS. */
final class SmtpExamination implements Examination {
    private static final String REQUIRETLS = "REQUIRETLS";

    private final ServerSettings settings = new ServerSettings();

    @Override
    public List<Finding> examine(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        boolean everywhere = true;
        boolean somewhere = false;
        for (HostEvidence host : evidence.hosts()) {
            Map<String, Finding> once = new LinkedHashMap<>();
            boolean lacks = false;
            for (AddressEvidence attempt : host.addresses()) {
                Optional<EhloReply> reply = reply(attempt.outcome());
                if (reply.isEmpty()) {
                    continue;
                }
                names(host, attempt, reply.get()).forEach(f -> once.putIfAbsent(f.id() + f.seen(), f));
                if (attempt.outcome() instanceof SessionOutcome.Established) {
                    somewhere = true;
                    lacks |= !reply.get().offers(REQUIRETLS);
                } else if (reply.get().offers(REQUIRETLS)) {
                    once.putIfAbsent(FindingId.REQUIRETLS_IN_CLEAR.id(), inClear(host, attempt));
                }
            }
            if (lacks) {
                everywhere = false;
                findings.add(Finding.of(
                        FindingId.REQUIRETLS_ABSENT,
                        Severity.NOTICE,
                        host.name(),
                        host.name() + " does not offer REQUIRETLS inside TLS.",
                        Mend.of(
                                "offer it, where the server can pass the demand on; Postfix does from version 3.11 on unless"
                                        + " main.cf says otherwise",
                                settings.of("requiretls", host.name()))));
            }
            findings.addAll(once.values());
        }
        if (somewhere && everywhere) {
            findings.add(Finding.of(
                    FindingId.REQUIRETLS_OK,
                    Severity.OK,
                    evidence.domain(),
                    "Every server that answers offers REQUIRETLS inside TLS."));
        }
        return findings;
    }

    private static Optional<EhloReply> reply(SessionOutcome outcome) {
        return switch (outcome) {
            case SessionOutcome.Established established -> Optional.of(established.ehlo());
            case SessionOutcome.NoStartTls no -> Optional.of(no.ehlo());
            case SessionOutcome.NotReached _, SessionOutcome.HandshakeFailed _ -> Optional.empty();
        };
    }

    /** Q1: who sees it before TLS sees what an attacker may have put there. */
    private static Finding inClear(HostEvidence host, AddressEvidence attempt) {
        return Finding.of(
                FindingId.REQUIRETLS_IN_CLEAR,
                Severity.WARNING,
                host.name(),
                host.name() + " (" + Words.address(attempt.address().getAddress()) + ") offers REQUIRETLS without TLS.",
                Mend.of("offer REQUIRETLS only after STARTTLS, and STARTTLS before it"));
    }

    private List<Finding> names(HostEvidence host, AddressEvidence attempt, EhloReply reply) {
        List<Finding> findings = new ArrayList<>();
        String where = host.name() + " (" + Words.address(attempt.address().getAddress()) + ")";
        String name = reply.name();
        if (!isFull(name)) {
            findings.add(Finding.of(
                    FindingId.EHLO_NAME,
                    Severity.WARNING,
                    host.name(),
                    where + " calls itself " + (name.isEmpty() ? "nothing" : "\"" + shown(name) + "\"")
                            + " in its reply to EHLO, which is no full domain name.",
                    Mend.of("set the server's name", settings.of("server_name", host.name()))));
        } else {
            String greeted = firstWord(reply.greeting());
            if (isFull(greeted) && !greeted.equalsIgnoreCase(name)) {
                findings.add(Finding.of(
                        FindingId.BANNER_NAME,
                        Severity.NOTICE,
                        host.name(),
                        where + " greets as \"" + shown(greeted) + "\" and answers EHLO as \"" + shown(name) + "\".",
                        Mend.of("say the same name in both", settings.of("banner", host.name()))));
            }
        }
        return findings;
    }

    /** RFC 5321 section 4.1.4: a domain name of at least two labels, or an address literal. */
    static boolean isFull(String name) {
        if (name.startsWith("[") && name.endsWith("]")) {
            return name.length() > 2;
        }
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        String[] labels = bare.split("\\.", -1);
        if (labels.length < 2 || bare.length() > 253) {
            return false;
        }
        for (String label : labels) {
            boolean good = !label.isEmpty()
                    && label.length() <= 63
                    && label.chars().allMatch(c -> c == '-' || c == '_' || Character.isLetterOrDigit(c));
            if (!good) {
                return false;
            }
        }
        String last = labels[labels.length - 1];
        return !last.chars().allMatch(Character::isDigit) // an address without brackets
                && !bare.equalsIgnoreCase("localhost.localdomain");
    }

    private static String firstWord(String greeting) {
        String text = greeting.strip();
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }

    private static String shown(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .limit(80)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
