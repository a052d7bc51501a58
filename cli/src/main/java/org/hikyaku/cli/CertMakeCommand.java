package org.hikyaku.cli;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.CertificateTemplate.OtherName;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyUsageBit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku cert self-signed|ca|server|client}: makes a key and its certificate, and writes both. */
abstract class CertMakeCommand implements Callable<Integer> {
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // none alike
    private static final int PASSWORD_LENGTH = 20;
    private static final int DAYS = 365;
    private static final int AUTHORITY_DAYS = 3650;

    /** Clocks differ; a certificate that is valid from this very second is refused by half of them. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    final Environment environment;
    final SecureRandom random = new SecureRandom();

    @Mixin
    CertFileOptions files = new CertFileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    CertMakeCommand(Environment environment) {
        this.environment = environment;
    }

    /** What was made: the credential, and the certificates to put into PKCS#12 beside it. */
    record Made(String name, Credential credential, List<Certificate> above) {}

    abstract Made make();

    /** Not a field: that would be made for whatever command is run. */
    CertificateMaker maker() {
        return new CertificateMaker(random);
    }

    @Override
    public Integer call() {
        Made made = make();
        String prefix = files.prefix(made.name());
        NewFiles out = new NewFiles(files.force());
        out.add(Path.of(prefix + ".key"), ascii(made.credential().keyPem()), true);
        out.add(Path.of(prefix + ".pem"), ascii(made.credential().chainPem()), false);
        Optional<String> said = Optional.empty();
        if (files.pkcs12()) {
            Optional<Secret> given = password(prefix);
            char[] password = given.map(Secret::chars).orElseGet(this::madeUp);
            said = given.isPresent() ? Optional.empty() : Optional.of(new String(password));
            List<Certificate> chain = new ArrayList<>(made.credential().chain());
            made.above().stream().filter(c -> !chain.contains(c)).forEach(chain::add);
            out.add(Path.of(prefix + ".p12"), made.credential().withChain(chain).pkcs12(password), true);
            Arrays.fill(password, '\0');
            given.ifPresent(Secret::close);
        }
        out.write();
        print(made, out.paths(), said);
        return ExitCode.OK.code();
    }

    private Optional<Secret> password(String prefix) {
        if (files.passwordFile().isPresent()) {
            return Optional.of(SecretFile.firstLine(files.passwordFile().get()));
        }
        String variable = environment.variables().get("HIKYAKU_PKCS12_PASSWORD");
        if (variable != null) {
            return Optional.of(Secret.of(variable.toCharArray()));
        }
        return environment
                .input()
                .secret("Password for " + prefix + ".p12 (empty: make one up): ")
                .filter(typed -> typed.length > 0)
                .map(Secret::of);
    }

    private char[] madeUp() {
        char[] password = new char[PASSWORD_LENGTH];
        for (int i = 0; i < password.length; i++) {
            password[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return password;
    }

    private void print(Made made, List<Path> paths, Optional<String> password) {
        if (json.wanted()) {
            ObjectNode document = JsonOption.document("hikyaku.cert/1");
            ArrayNode written = document.putArray("files");
            paths.forEach(p -> written.add(p.toString()));
            password.ifPresent(p -> document.put("pkcs12_password", p));
            CertShowCommand.describe(
                    document.putArray("certificates").addObject(),
                    made.credential().certificate());
            JsonOption.print(environment.terminal().out(), document);
            return;
        }
        CertShowCommand.print(environment.terminal(), made.credential().certificate());
        environment.terminal().out().println();
        for (Path path : paths) {
            environment
                    .terminal()
                    .out()
                    .println("wrote " + path
                            + (path.toString().endsWith(".pem") ? "" : " (readable by its owner only)"));
        }
        password.ifPresent(
                p -> environment.terminal().out().println("password of the PKCS#12 file, said this once: " + p));
        environment.terminal().out().flush();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    Instant from() {
        return environment.clock().instant().minus(SKEW).truncatedTo(ChronoUnit.SECONDS);
    }

    Instant until(int days) {
        return environment.clock().instant().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(days));
    }

    /** DNS names, addresses and mail addresses, each known by its form. */
    static CertificateTemplate withNames(CertificateTemplate template, List<String> names) {
        List<String> dns = new ArrayList<>();
        List<OtherName> others = new ArrayList<>();
        for (String name : names) {
            if (name.indexOf('@') >= 0) {
                others.add(mail(name));
            } else if (isAddress(name)) {
                others.add(new OtherName(OtherName.Kind.ADDRESS, name));
            } else {
                dns.add(GivenName.of(name).toString(true));
            }
        }
        String first = dns.isEmpty() ? names.getFirst() : dns.getFirst();
        return template.withDnsNames(dns.toArray(String[]::new))
                .withOtherNames(others)
                .withCommonName(first.length() > 64 ? "" : first);
    }

    static OtherName mail(String text) {
        try {
            Mailbox mailbox = Mailbox.parse(text);
            if (!mailbox.ascii()) {
                throw new UsageException("a mail address in a certificate is ASCII, and " + text + " is not");
            }
            return new OtherName(OtherName.Kind.MAIL, mailbox.toString());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isAddress(String text) {
        try {
            var _ = InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** {@code cert self-signed}. */
    @Command(
            name = "self-signed",
            mixinStandardHelpOptions = true,
            description = {"Make a certificate that vouches for itself, for a server to try with.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku cert self-signed --name mail.example.jp --name 192.0.2.1 --days 90",
                "",
                "Exit codes: 0 made, 2 wrong call, or a file is in the way. The JSON is described in docs/cert.md."
            })
    static final class SelfSigned extends CertMakeCommand {
        @Option(
                names = "--name",
                required = true,
                paramLabel = "NAME",
                description = "A DNS name, address or mail address; may be given several times.")
        private List<String> names = new ArrayList<>();

        SelfSigned(Environment environment) {
            super(environment);
        }

        @Override
        Made make() {
            CertificateTemplate template =
                    withNames(CertificateTemplate.server(from(), until(files.days(DAYS))), names);
            KeyPair key = maker().key(files.key());
            return new Made(names.getFirst(), maker().selfSigned(template, key), List.of());
        }
    }

    /** {@code cert ca}. */
    @Command(
            name = "ca",
            mixinStandardHelpOptions = true,
            description = {"Make a small authority of your own: its key signs what 'server' and 'client' make.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku cert ca --name 'Example Mail CA' --out ca",
                "",
                "Exit codes: 0 made, 2 wrong call, or a file is in the way. The JSON is described in docs/cert.md."
            })
    static final class Ca extends CertMakeCommand {
        @Option(names = "--name", required = true, paramLabel = "TEXT", description = "What to call it.")
        private String name = "";

        Ca(Environment environment) {
            super(environment);
        }

        @Override
        Made make() {
            CertificateTemplate template = CertificateTemplate.authority(
                            from(), until(files.days(AUTHORITY_DAYS)), commonName(name))
                    .withPathLength(0)
                    .withKeyUsage(Set.of(KeyUsageBit.KEY_CERT_SIGN, KeyUsageBit.CRL_SIGN));
            return new Made(name, maker().root(template, files.key()).credential(), List.of());
        }
    }

    static String commonName(String text) {
        if (text.isBlank() || text.length() > 64 || text.chars().anyMatch(Character::isISOControl)) {
            throw new UsageException("a name in a certificate has 1 to 64 characters, and no control characters");
        }
        return text;
    }

    /** One that signs by an authority of the user's own. */
    abstract static class Issued extends CertMakeCommand {
        @Option(names = "--ca", required = true, paramLabel = "FILE", description = "The authority's certificate.")
        private Path authority = Path.of("");

        @Option(
                names = "--ca-key",
                paramLabel = "FILE",
                description = "Its key (default: the file of --ca with .key at its end).")
        private @Nullable Path authorityKey;

        Issued(Environment environment) {
            super(environment);
        }

        /** Signs, and holds the dates inside the authority's own. */
        Made issue(String name, CertificateTemplate template) {
            Credential issuer = CredentialFiles.read(authority, Optional.of(key()), Optional.empty(), environment);
            Certificate own = issuer.certificate();
            if (!own.isAuthority()) {
                throw new UsageException(authority + " is no certificate of an authority; 'hikyaku cert ca' makes one");
            }
            Authority by;
            try {
                by = Authority.of(issuer);
            } catch (CertificateFormatException e) {
                throw new UsageException(authority + " with " + key() + ": " + e.getMessage(), e);
            }
            Instant now = environment.clock().instant();
            if (own.notAfter().isBefore(now)) {
                throw new UsageException(authority + " has expired, on " + own.notAfter());
            }
            CertificateTemplate held = own.notAfter().isBefore(template.notAfter())
                    ? template.withDates(template.notBefore(), own.notAfter())
                    : template;
            return new Made(name, maker().issue(held, maker().key(files.key()), by), issuer.chain());
        }

        private Path key() {
            if (authorityKey != null) {
                return authorityKey;
            }
            String file = authority.toString();
            return Path.of(file.endsWith(".pem") ? file.substring(0, file.length() - 4) + ".key" : file + ".key");
        }
    }

    /** {@code cert server}. */
    @Command(
            name = "server",
            mixinStandardHelpOptions = true,
            description = {"Make a server's certificate, signed by an authority of your own.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku cert server --ca ca.pem --name mail.example.jp --name smtp.example.jp",
                "",
                "Exit codes: 0 made, 2 wrong call, or a file is in the way. The JSON is described in docs/cert.md."
            })
    static final class Server extends Issued {
        @Option(
                names = "--name",
                required = true,
                paramLabel = "NAME",
                description = "A DNS name or address; may be given several times.")
        private List<String> names = new ArrayList<>();

        Server(Environment environment) {
            super(environment);
        }

        @Override
        Made make() {
            return issue(
                    names.getFirst(), withNames(CertificateTemplate.server(from(), until(files.days(DAYS))), names));
        }
    }

    /** {@code cert client}. */
    @Command(
            name = "client",
            mixinStandardHelpOptions = true,
            description = {"Make a client's certificate for logging in, signed by an authority of your own.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku cert client --ca ca.pem --name hanako --mail hanako@example.jp --p12",
                "",
                "Exit codes: 0 made, 2 wrong call, or a file is in the way. The JSON is described in docs/cert.md."
            })
    static final class Client extends Issued {
        @Option(
                names = "--name",
                required = true,
                paramLabel = "USER",
                description = "The user, as the server shall know it (common name).")
        private String name = "";

        @Option(
                names = "--mail",
                paramLabel = "ADDRESS",
                description = "A mail address of the user; may be given several times.")
        private List<String> mails = new ArrayList<>();

        Client(Environment environment) {
            super(environment);
        }

        @Override
        Made make() {
            return issue(
                    name,
                    CertificateTemplate.client(
                            from(),
                            until(files.days(DAYS)),
                            commonName(name),
                            mails.stream().map(CertMakeCommand::mail).toList()));
        }
    }
}
