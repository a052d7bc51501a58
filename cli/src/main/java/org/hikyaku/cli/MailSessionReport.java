package org.hikyaku.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.LoginOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpScript;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.sasl.SaslMechanism;

/** What is known of a session, as it becomes known. */
final class MailSessionReport {
    private Optional<PortTable> ports = Optional.empty();
    private final List<SmtpAttempt> attempts = new ArrayList<>();
    private boolean judged;
    private Optional<String> objection = Optional.empty();
    private Optional<SaslMechanism> mechanism = Optional.empty();
    private Optional<LoginOutcome> login = Optional.empty();
    private List<SmtpScript.Answered> script = List.of();
    private Optional<TransactionOutcome> transaction = Optional.empty();
    private Optional<Trouble> trouble = Optional.empty();

    void ports(PortTable table) {
        ports = Optional.of(table);
    }

    void attempt(SmtpAttempt attempt) {
        attempts.add(attempt);
    }

    /** @param why why the certificate is not trusted; empty when it is */
    void trust(Optional<String> why) {
        judged = true;
        objection = why;
    }

    void login(SaslMechanism used, LoginOutcome outcome) {
        mechanism = Optional.of(used);
        login = Optional.of(outcome);
    }

    void script(List<SmtpScript.Answered> answers) {
        script = List.copyOf(answers);
    }

    void transaction(TransactionOutcome outcome) {
        transaction = Optional.of(outcome);
    }

    void trouble(Optional<Trouble> what) {
        trouble = what;
    }

    Optional<PortTable> ports() {
        return ports;
    }

    List<SmtpAttempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Whether the certificate is trusted; empty without TLS. */
    Optional<Boolean> trusted() {
        return judged ? Optional.of(objection.isEmpty()) : Optional.empty();
    }

    Optional<String> objection() {
        return objection;
    }

    Optional<SaslMechanism> mechanism() {
        return mechanism;
    }

    Optional<LoginOutcome> login() {
        return login;
    }

    boolean loggedIn() {
        return login.filter(LoginOutcome.Accepted.class::isInstance).isPresent();
    }

    List<SmtpScript.Answered> script() {
        return script;
    }

    Optional<TransactionOutcome> transaction() {
        return transaction;
    }

    Optional<Trouble> trouble() {
        return trouble;
    }

    ExitCode exitCode() {
        return trouble.map(t -> t.undecided() ? ExitCode.UNKNOWN : ExitCode.FINDINGS)
                .orElse(ExitCode.OK);
    }
}
