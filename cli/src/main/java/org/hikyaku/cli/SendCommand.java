package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.hikyaku.mail.MailComposer;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.ContentScan;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.Envelope.Original;
import org.hikyaku.smtp.Envelope.Recipient;
import org.hikyaku.smtp.Envelope.Returned;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionTimes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hikyaku send HOST[:PORT] --from A --to B}: hand a mail to a server, and say at which layer it fails. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = {
            "Hand a mail to a mail server, show the dialogue, and say which layer failed and what to try next.",
            "A test mail is composed unless --mail names one. Nothing is looked up in MX records: the mail goes to the",
            "server that is named.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku send mail.example.jp:465 --user hanako --from hanako@example.jp --to taro@example.com",
            "  hikyaku send mx.example.com:25 --from hanako@example.jp --to taro@example.com --notify success,failure",
            "  hikyaku send mail.example.jp:587 -u hanako --from hanako@example.jp --to taro@example.com \\",
            "      --subject Photos --attach kyoto.jpg --attach nara.jpg",
            "  hikyaku send mx.example.com:25 --from '' --to taro@example.com --mail bounce.eml",
            "",
            "Exit codes: 0 taken for everybody, 1 a layer said no, 2 wrong call, 3 no answer, or it broke in between.",
            "The JSON is described in docs/send.md."
        })
final class SendCommand implements Callable<Integer> {
    private static final String TEST_TEXT =
            "This is a test mail that 'hikyaku send' has composed. Nothing hangs on it.\n";
    static final Limit SIZE = new Limit("bytes in a mail to send", 50L * 1024 * 1024);

    private final Environment environment;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private LoginOptions login = new LoginOptions();

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            description = "The sender; '' is the null sender of notices. Needed unless --script plays everything.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "ADDRESS", description = "A recipient; may be given several times.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--mail",
            paramLabel = "FILE",
            description =
                    "Send this mail byte for byte; - is standard input. Where all lines end with LF alone, CR LF is"
                            + " put there, as SMTP wants it, and that is said.")
    private @Nullable String mail;

    @Option(names = "--subject", paramLabel = "TEXT", description = "The subject of the mail that is composed.")
    private String subject = "A test mail";

    @Option(names = "--body", paramLabel = "TEXT", description = "Its text.")
    private @Nullable String body;

    @Option(names = "--attach", paramLabel = "FILE", description = "A file to attach; may be given several times.")
    private List<Path> attachments = new ArrayList<>();

    @Option(
            names = "--notify",
            paramLabel = "WHEN",
            split = ",",
            description = "Ask for notices (DSN): success, failure, delay, or never.")
    private List<String> when = new ArrayList<>();

    @Option(names = "--ret", paramLabel = "full|hdrs", description = "How much of the mail comes back with a notice.")
    private @Nullable String returned;

    @Option(names = "--envid", paramLabel = "ID", description = "A name for the mail that comes back with notices.")
    private @Nullable String id;

    @Option(
            names = "--orcpt",
            description = "Give each recipient's address as the original one (ORCPT), which notices then name.")
    private boolean original;

    @Option(
            names = "--require-tls",
            description = "Ask every server on the way to pass the mail on inside authenticated TLS only (RFC 8689).")
    private boolean requireTls;

    @Option(names = "--bdat", description = "Send the mail in chunks (BDAT, RFC 3030) instead of behind DATA.")
    private boolean chunks;

    SendCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        MailSession session = new MailSession(environment, server, login);
        MailSessionReport report;
        if (server.script().isPresent()) {
            if (!to.isEmpty() || from != null || mail != null) {
                throw new UsageException("--script plays a dialogue of its own; leave --from, --to and --mail out");
            }
            report = session.run((open, known) -> Optional.empty());
        } else {
            Envelope envelope = envelope();
            byte[] content = content(envelope, session.dialogue());
            report = send(session, envelope, content);
        }
        if (server.json()) {
            JsonOption.print(
                    environment.terminal().out(),
                    MailSessionJson.document("hikyaku.send/1", server.target(), report, session.dialogue()));
        } else {
            new MailSessionText(environment.terminal()).print(report);
        }
        return report.exitCode().code();
    }

    private MailSessionReport send(MailSession session, Envelope envelope, byte[] content) {
        return session.run((open, report) -> {
            TransactionOutcome outcome = transact(open, envelope, content);
            report.transaction(outcome);
            boolean well = outcome instanceof TransactionOutcome.Taken taken
                    && taken.refused().isEmpty();
            return well ? Optional.empty() : Optional.of(new Trouble.NotTaken(outcome, report.loggedIn()));
        });
    }

    private TransactionOutcome transact(SmtpSession open, Envelope envelope, byte[] content) {
        try {
            return new SmtpTransaction(
                            open, TransactionTimes.brisk(server.network().timeout()))
                    .run(
                            envelope,
                            MailContent.of(content),
                            chunks ? SmtpTransaction.Transfer.CHUNKS : SmtpTransaction.Transfer.DATA);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
    }

    private Envelope envelope() {
        if (from == null || to.isEmpty()) {
            throw new UsageException("say who the mail is from and for, with --from ADDRESS and --to ADDRESS");
        }
        Optional<Mailbox> sender = from.isEmpty() || from.equals("<>") ? Optional.empty() : Optional.of(address(from));
        Optional<Set<Notify>> notices = notices();
        List<Recipient> recipients = to.stream()
                .map(SendCommand::address)
                .map(a -> new Recipient(a, notices, original ? Optional.of(Original.of(a)) : Optional.empty()))
                .toList();
        return new Envelope(sender, recipients, returned(), Optional.ofNullable(id), requireTls);
    }

    /** With the domain in its ASCII form, so that a domain alone does not take SMTPUTF8. */
    private static Mailbox address(String text) {
        Mailbox address;
        try {
            address = Mailbox.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        if (address.domain().startsWith("[")) {
            return address;
        }
        return address.withDomain(GivenName.of(address.domain()).toString(true));
    }

    private Optional<Set<Notify>> notices() {
        if (when.isEmpty()) {
            return Optional.empty();
        }
        Set<Notify> all = EnumSet.noneOf(Notify.class);
        for (String word : when) {
            switch (word.strip().toLowerCase(Locale.ROOT)) {
                case "success" -> all.add(Notify.SUCCESS);
                case "failure" -> all.add(Notify.FAILURE);
                case "delay" -> all.add(Notify.DELAY);
                case "never" -> {
                    if (when.size() > 1) {
                        throw new UsageException("--notify never stands alone");
                    }
                }
                default -> throw new UsageException("--notify takes success, failure, delay, or never, not " + word);
            }
        }
        return Optional.of(all);
    }

    private Optional<Returned> returned() {
        if (returned == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (returned.toLowerCase(Locale.ROOT)) {
                    case "full" -> Returned.FULL;
                    case "hdrs" -> Returned.HDRS;
                    default -> throw new UsageException("--ret takes full or hdrs, not " + returned);
                });
    }

    private static MailComposer.Attachment attachment(Path file) {
        try {
            if (Files.size(file) > SIZE.value()) {
                throw new UsageException(file + " has more than the limit of " + SIZE.value() + " " + SIZE.name());
            }
            return new MailComposer.Attachment(
                    String.valueOf(file.getFileName()),
                    Optional.ofNullable(Files.probeContentType(file)).orElse("application/octet-stream"),
                    MailContent.of(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(file, e), e);
        }
    }

    private byte[] content(Envelope envelope, Dialogue dialogue) {
        if (mail == null) {
            if (subject.indexOf('\r') >= 0 || subject.indexOf('\n') >= 0) {
                throw new UsageException("a subject is one line");
            }
            return new MailComposer(environment.clock(), new SecureRandom())
                    .compose(
                            envelope.sender(),
                            envelope.recipients().stream()
                                    .map(Recipient::address)
                                    .toList(),
                            subject,
                            body == null ? TEST_TEXT : body,
                            attachments.stream().map(SendCommand::attachment).toList());
        }
        if (body != null || !attachments.isEmpty()) {
            throw new UsageException("--body and --attach are for a mail that is composed, and --mail names one");
        }
        byte[] bytes = read(mail);
        try {
            ContentScan scan = ContentScan.of(MailContent.of(bytes));
            if (scan.bareLf() > 0 && scan.crLf() == 0 && scan.bareCr() == 0) {
                dialogue.note("the mail's " + scan.bareLf() + " lines end with LF alone; they go out with CR LF");
                return new String(bytes, StandardCharsets.ISO_8859_1)
                        .replace("\n", "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
            }
            if (!scan.ended() && !chunks) {
                dialogue.note("the mail's last line has no end; it gets one (--bdat sends it as it is)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
        return bytes;
    }

    private byte[] read(String file) {
        try (InputStream in = file.equals("-") ? environment.input().stream() : Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes((int) SIZE.value() + 1);
            if (bytes.length > SIZE.value()) {
                throw new UsageException("the mail has more than the limit of " + SIZE.value() + " " + SIZE.name());
            }
            return bytes;
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(Path.of(file), e), e);
        }
    }
}
