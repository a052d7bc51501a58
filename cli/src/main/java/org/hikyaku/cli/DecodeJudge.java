package org.hikyaku.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.talk.SmtpOpening;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.PlanFile;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;

/** Holds captured sessions against what domains promise, by the one judgement. */
final class DecodeJudge {
    /**
     * What came of it.
     *
     * @param domain whose promise it was
     * @param host the MX host that the session was taken for
     */
    record Judged(Name domain, Name host, Verdict verdict) {
        /** Mail may not go over such a session. */
        boolean refused() {
            return verdict instanceof Verdict.Refused;
        }

        /** {@code kept}, {@code nothing promised}, {@code refused}, {@code not judged}. */
        String word() {
            return switch (verdict) {
                case Verdict.Authenticated _ -> "kept";
                case Verdict.Unauthenticated _ -> "not-authenticated";
                case Verdict.Refused _ -> "refused";
                case Verdict.NotJudged _ -> "not-judged";
            };
        }

        private static String text(Name name) {
            return DomainNames.shown(name);
        }

        /** As a sentence behind the domain. */
        String sentence() {
            return "judged for " + text(domain) + " (" + text(host) + "): " + word().replace('-', ' ') + ". "
                    + verdict.sentence();
        }

        String domainText() {
            return text(domain);
        }

        String hostText() {
            return text(host);
        }
    }

    private final PlanFile plans;
    private final TrustAnchors authorities;
    private final boolean complete;

    /** @param complete whether it could be found out what each of the domains promises */
    DecodeJudge(PlanFile plans, TrustAnchors authorities, boolean complete) {
        this.plans = plans;
        this.authorities = authorities;
        this.complete = complete;
    }

    boolean complete() {
        return complete;
    }

    /** Judges a session by the plans of its server; certificates as of the time when it was captured. */
    List<Judged> judge(Connection connection, Optional<SmtpOpening> smtp) {
        InetAddress address = connection.server().address();
        Optional<String> sni = connection.tls().flatMap(TlsReport::serverName).map(n -> n.toLowerCase(Locale.ROOT));
        List<Judged> all = new ArrayList<>();
        for (PlanFile.Entry entry : plans.entries()) {
            boolean meant = entry.addresses().contains(address)
                    || sni.filter(entry.plan().host().toString(true).toLowerCase(Locale.ROOT)::equals)
                            .isPresent();
            if (meant && entry.plan().port() == connection.server().port()) {
                Judge judge = new Judge(authorities, InstantSource.fixed(Instant.ofEpochSecond(0, connection.nanos())));
                all.add(new Judged(entry.domain(), entry.plan().host(), verdict(judge, entry, connection, smtp)));
            }
        }
        return all;
    }

    private static Verdict verdict(
            Judge judge, PlanFile.Entry entry, Connection connection, Optional<SmtpOpening> smtp) {
        Optional<String> unknown = connection.tls().flatMap(DecodeJudge::unknown);
        if (unknown.isPresent() && !entry.plan().ruledOut()) {
            return new Verdict.NotJudged(unknown.get());
        }
        return outcome(connection, smtp)
                .map(outcome -> judge.judge(entry.plan(), outcome))
                .orElseGet(() -> new Verdict.NotJudged(
                        "The capture does not show how the session began, so nothing can be said of it."));
    }

    /** What must be known to judge a session in TLS, and is not. */
    private static Optional<String> unknown(TlsReport tls) {
        if (!tls.established()) {
            return tls.dark()
                    .filter(dark -> dark.reason() != Dark.Reason.ENDED_EARLY)
                    .map(dark -> "The handshake cannot be followed: " + dark.sentence() + ".");
        }
        if (tls.resumed()) {
            return Optional.of(
                    "It resumes an earlier session and shows no certificate: judge the session in which it was shown.");
        }
        boolean hidden = tls.version().filter(v -> v == TlsVersion.TLSV1_3).isPresent() && !tls.decrypted();
        if (hidden) {
            return Optional.of("TLS 1.3 encrypts the certificate, and this session was not decrypted.");
        }
        boolean lost = tls.serverChain().isEmpty() && tls.lostBytes() > 0;
        return lost ? Optional.of("The certificate is not in the capture.") : Optional.empty();
    }

    private static Optional<SessionOutcome> outcome(Connection connection, Optional<SmtpOpening> smtp) {
        InetSocketAddress address = new InetSocketAddress(
                connection.server().address(), connection.server().port());
        EhloReply nothing = new EhloReply("", "", Map.of());
        Optional<TlsReport> tls = connection.tls();
        if (tls.isEmpty()) {
            return smtp.filter(s -> s.clear().isPresent())
                    .map(s -> new SessionOutcome.NoStartTls(address, s.clear().orElse(nothing), s.refusal()));
        }
        Optional<SessionFacts> facts = tls.get().facts();
        if (tls.get().established() && facts.isPresent()) {
            return Optional.of(new SessionOutcome.Established(
                    address, facts.get(), smtp.flatMap(SmtpOpening::inside).orElse(nothing)));
        }
        return Optional.of(new SessionOutcome.HandshakeFailed(address, failure(tls.get())));
    }

    private static HandshakeFailure failure(TlsReport tls) {
        Optional<String> alert =
                tls.alerts().stream().filter(a -> a.contains("fatal ")).findFirst();
        HandshakeFailure.Stage stage = alert.isEmpty()
                ? HandshakeFailure.Stage.CLOSED
                : tls.serverHello().isEmpty() ? HandshakeFailure.Stage.HELLO : HandshakeFailure.Stage.AUTHENTICATION;
        Optional<String> name = alert.map(a -> a.substring(a.indexOf("fatal ") + 6, a.lastIndexOf(" (")));
        boolean byServer = alert.map(a -> a.startsWith("server")).orElse(true);
        return new HandshakeFailure(
                stage,
                name,
                byServer,
                alert.map(a -> "the handshake was given up, by an alert of the " + a)
                        .orElse("the connection ended within the handshake"));
    }
}
