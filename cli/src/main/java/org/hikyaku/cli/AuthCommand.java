package org.hikyaku.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hikyaku auth HOST[:PORT]}: try a login, and say at which layer it fails. */
@Command(
        name = "auth",
        mixinStandardHelpOptions = true,
        description = {
            "Try a login at a mail server, show the dialogue, and say which layer failed and what to try next.",
            "Without --user, it shows what the server is and offers. The password is taken from --password-file,",
            "HIKYAKU_PASSWORD, or asked for without showing it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku auth mail.example.jp                       which ports are open; TLS; the mechanisms offered",
            "  hikyaku auth mail.example.jp:587 --user hanako     a login inside STARTTLS, by the strongest mechanism",
            "  hikyaku auth mail.example.jp:465 --user hanako --mechanism PLAIN --show-secrets",
            "  hikyaku auth mail.example.jp:465 --client-cert hanako.p12 --mechanism EXTERNAL",
            "  hikyaku auth mail.example.jp:25 --script - < dialogue.txt",
            "",
            "Exit codes: 0 all well, 1 a layer said no, 2 wrong call, 3 no answer, or it broke in between.",
            "The JSON is described in docs/auth.md."
        })
final class AuthCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private LoginOptions login = new LoginOptions();

    AuthCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        MailSession session = new MailSession(environment, server, login);
        MailSessionReport report = session.run((open, known) -> Optional.empty());
        if (server.json()) {
            JsonOption.print(
                    environment.terminal().out(),
                    MailSessionJson.document("hikyaku.auth/1", server.target(), report, session.dialogue()));
        } else {
            new MailSessionText(environment.terminal()).print(report);
        }
        return report.exitCode().code();
    }
}
