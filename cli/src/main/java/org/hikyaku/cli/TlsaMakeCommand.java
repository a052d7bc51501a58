package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.TlsaMatch;
import org.hikyaku.policy.TlsaMatcher;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.TlsaRrset;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.PublicKeys;
import org.hikyaku.x509.SignatureVerifier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hikyaku tlsa make}: the record to publish for a certificate or a key. */
@Command(
        name = "make",
        mixinStandardHelpOptions = true,
        description = {
            "Make the TLSA record that pins a mail server's key: from its certificate, its key, or the live server.",
            "The output is zone-file text: the record, and comments on how to change keys later.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsa make --cert chain.pem --host mx.example.jp",
            "  hikyaku tlsa make --key next-key.pem --host mx.example.jp    before the next key is used (D29)",
            "  hikyaku tlsa make --cert chain.pem --host mx.example.jp --usage 2    pin the issuing authority",
            "  hikyaku tlsa make --server mx.example.jp    from what the live server shows at all its addresses",
            "",
            "Exit codes: 0 made, 1 made but some address does not match, 2 wrong call, 3 some address could not be seen."
        })
final class TlsaMakeCommand implements Callable<Integer> {
    private static final int MOST_TTL = 2_147_483_647; // RFC 2181 section 8

    private final Environment environment;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** Exactly one of these. */
    static final class Source {
        @Option(
                names = "--cert",
                paramLabel = "FILE",
                description = "PEM file with the server's certificate first, and its issuers after it.")
        private @Nullable Path certificate;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "PEM file with the server's private or public key, as for a certificate to come.")
        private @Nullable Path key;

        @Option(
                names = "--server",
                paramLabel = "HOST[:PORT]",
                description = "A live mail server: STARTTLS on port 25 unless another is given (465: TLS at once). The"
                        + " record is held against what each of its addresses shows.")
        private @Nullable String server;
    }

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "The MX host; by default the only name in the certificate.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "25",
            description = "The port (default: ${DEFAULT-VALUE}).")
    private int port = 25;

    @Option(
            names = "--usage",
            paramLabel = "2|3",
            defaultValue = "3",
            description =
                    "3: the server's own certificate or key; 2: the authority that issues it (default: ${DEFAULT-VALUE}).")
    private int usage = 3;

    @Option(
            names = "--selector",
            paramLabel = "0|1",
            defaultValue = "1",
            description =
                    "0: the whole certificate; 1: the public key, which may outlive it (default: ${DEFAULT-VALUE}).")
    private int selector = 1;

    @Option(
            names = "--matching",
            paramLabel = "0|1|2",
            defaultValue = "1",
            description = "0: in full; 1: SHA2-256; 2: SHA2-512 (default: ${DEFAULT-VALUE}).")
    private int matching = 1;

    @Option(
            names = "--ttl",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "Time to live (default: ${DEFAULT-VALUE}).")
    private long ttl = 3600;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    TlsaMakeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        checkNumbers();
        if (source.server != null) {
            return fromServer(source.server).code();
        }
        if (source.certificate != null) {
            List<Certificate> chain = PemFiles.certificates(source.certificate);
            Certificate certificate = pinned(chain, source.certificate.toString());
            // Also with usage 2 the host is the one that the server's own certificate names.
            Name server = GivenName.of(host == null ? onlyName(chain.getFirst()) : host, "--host");
            tell(owner(server), List.of(made(certificate)), List.of(), foreignName(server, chain.getFirst()));
        } else if (source.key != null) {
            if (usage == TlsaRecord.DANE_TA || selector == TlsaRecord.FULL_CERTIFICATE) {
                throw new UsageException("from a key alone only records with --usage 3 --selector 1 can be made");
            }
            if (host == null) {
                throw new UsageException("a key has no name; say which host it is for with --host");
            }
            TlsaRecord record = TlsaRecord.ofKey(usage, matching, publicKey(source.key));
            String of = "the key in " + source.key.getFileName();
            tell(
                    owner(GivenName.of(host, "--host")),
                    List.of(new MadeTlsa.Made(record, of, false)),
                    List.of(),
                    Optional.empty());
        }
        return ExitCode.OK.code();
    }

    private MadeTlsa.Made made(Certificate certificate) {
        return new MadeTlsa.Made(
                TlsaRecord.of(usage, selector, matching, certificate), certificate.label(), certificate.isAuthority());
    }

    private ExitCode fromServer(String text) {
        int colon = isAddress(text) ? -1 : text.lastIndexOf(':');
        if (colon >= 0) {
            port = portOf(text.substring(colon + 1), text);
        }
        String serverHost = colon >= 0 ? text.substring(0, colon) : text;
        if (isAddress(serverHost) || isAddress(text)) {
            throw new UsageException("--server " + text + " is an address; a TLSA record belongs to a host's name:"
                    + " give the name that the MX record has");
        }
        Name server = GivenName.of(serverHost, "--server");
        List<LiveServer.Seen> seen;
        try (NetworkAccess access = environment.internet().open(network);
                Progress _ = environment.terminal().progress("connecting to " + text)) {
            seen = new LiveServer(server, port).look(environment, access, network);
        }
        Set<MadeTlsa.Made> made = new LinkedHashSet<>();
        seen.stream()
                .map(LiveServer.Seen::chain)
                .filter(c -> !c.isEmpty())
                .forEach(c -> made.add(made(pinned(c, text))));
        if (made.isEmpty()) {
            throw new UndecidedException("no certificate could be had of " + text + ": "
                    + seen.stream().map(LiveServer.Seen::problem).distinct().collect(Collectors.joining("; ")));
        }
        List<MadeTlsa.Checked> checked = checked(server, seen, List.copyOf(made));
        tell(owner(server), List.copyOf(made), checked, Optional.empty());
        return checked.stream().map(MadeTlsa.Checked::code).reduce(ExitCode.OK, ExitCode::and);
    }

    private List<MadeTlsa.Checked> checked(Name server, List<LiveServer.Seen> seen, List<MadeTlsa.Made> made) {
        TlsaRrset rrset;
        try {
            rrset = TlsaRrset.of(made.stream().map(MadeTlsa.Made::record).toList());
        } catch (LimitExceededException e) {
            throw new UndecidedException("the server shows too many certificates: " + e.getMessage(), e);
        }
        TlsaMatcher matcher = new TlsaMatcher(SignatureVerifier.best());
        List<MadeTlsa.Checked> checked = new ArrayList<>();
        for (LiveServer.Seen one : seen) {
            String address = Addresses.text(one.address());
            if (one.chain().isEmpty()) {
                checked.add(new MadeTlsa.Checked(address, ExitCode.UNKNOWN, "not seen: " + one.problem()));
                continue;
            }
            checked.add(
                    switch (matcher.match(
                            rrset,
                            Set.of(server),
                            one.chain(),
                            environment.clock().instant())) {
                        case TlsaMatch.Matched matched ->
                            new MadeTlsa.Checked(address, ExitCode.OK, "matches at depth " + matched.depth());
                        case TlsaMatch.None none ->
                            new MadeTlsa.Checked(
                                    address,
                                    ExitCode.FINDINGS,
                                    "does not match. "
                                            + none.nearest()
                                                    .map(TlsaMatch.Miss::sentence)
                                                    .orElse(""));
                    });
        }
        return checked;
    }

    private static boolean isAddress(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        try {
            InetAddress.ofLiteral(bracketed ? text.substring(1, text.length() - 1) : text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int portOf(String digits, String text) {
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int value = number ? Integer.parseInt(digits) : 0;
        if (value < 1 || value > 65535) {
            throw new UsageException("--server " + text + ": \"" + digits + "\" is no port from 1 to 65535");
        }
        return value;
    }

    private void checkNumbers() {
        check("--usage", usage, 2, 3, "senders of mail use no other (D10)");
        check("--selector", selector, 0, 1, "no other is defined");
        check("--matching", matching, 0, 2, "no other is defined");
        check("--port", port, 1, 65535, "ports are 16 bits");
        check("--ttl", ttl, 0, MOST_TTL, "RFC 2181 section 8");
    }

    private static void check(String option, long value, long least, long most, String why) {
        if (value < least || value > most) {
            throw new UsageException(option + " is " + value + ", but must be " + least + " to " + most + ": " + why);
        }
    }

    /** Usage 3 pins the first certificate; usage 2 its issuer, or the first when that is an authority itself. */
    private Certificate pinned(List<Certificate> chain, String shownBy) {
        if (usage == TlsaRecord.DANE_EE || chain.getFirst().isAuthority()) {
            return chain.getFirst();
        }
        return chain.stream()
                .skip(1)
                .filter(Certificate::isAuthority)
                .findFirst()
                .orElseThrow(
                        () -> new UsageException(
                                shownBy
                                        + " holds no certificate of an authority; --usage 2 pins the issuer, which the server must send too"));
    }

    /** D12: with usage 2 the name counts; with usage 3 it does not (D11). */
    private Optional<String> foreignName(Name server, Certificate certificate) {
        if (usage != TlsaRecord.DANE_TA
                || certificate.isAuthority()
                || NameMatch.matches(certificate, server.toString(true), CommonName.WHEN_NO_DNS_ID)) {
            return Optional.empty();
        }
        return Optional.of("The certificate is not for " + server.toString(true) + " but for "
                + (certificate.dnsNames().isEmpty() ? "no DNS name" : String.join(", ", certificate.dnsNames()))
                + ": with usage 2 senders demand the name, and will refuse this server (D12).");
    }

    private static String onlyName(Certificate certificate) {
        // One name may stand there twice, when a tool adds the common name to the names that it was given.
        List<String> names = certificate.dnsNames().stream()
                .map(n -> n.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
        if (names.size() != 1 || names.getFirst().startsWith("*")) {
            throw new UsageException("the certificate is for "
                    + (names.isEmpty() ? "no DNS name" : String.join(", ", names)) + "; say which host with --host");
        }
        return names.getFirst();
    }

    private Name owner(Name name) {
        try {
            return Observer.tlsaOwner(name, port);
        } catch (NameTooLongException e) {
            throw new UsageException(
                    "\"_" + port + "._tcp.\" before " + name + " is longer than a domain name can be", e);
        }
    }

    private static byte[] publicKey(Path file) {
        try {
            return PublicKeys.of(Pem.privateKey(file));
        } catch (CertificateFormatException e) {
            try {
                return Pem.publicKey(file);
            } catch (IOException other) {
                throw PemFiles.unreadable(file, e); // what was wrong with the private key says more
            }
        } catch (IOException e) {
            throw PemFiles.unreadable(file, e);
        }
    }

    private void tell(Name owner, List<MadeTlsa.Made> made, List<MadeTlsa.Checked> checked, Optional<String> warning) {
        MadeTlsa answer = new MadeTlsa(owner, ttl, made, checked, warning);
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), answer.document());
        } else {
            answer.print(environment.terminal());
        }
    }
}
