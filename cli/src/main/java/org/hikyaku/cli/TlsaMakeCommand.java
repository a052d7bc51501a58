package org.hikyaku.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.PublicKeys;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tlsa make}: the record to publish for a certificate or a key. */
@Command(
        name = "make",
        mixinStandardHelpOptions = true,
        description = {
            "Make the TLSA record that pins a mail server's key, from its certificate or its key.",
            "The output is zone-file text: the record, and comments on how to change keys later.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsa make --cert chain.pem --host mx.example.jp",
            "  hikyaku tlsa make --key next-key.pem --host mx.example.jp    before the next key is used (D29)",
            "  hikyaku tlsa make --cert chain.pem --host mx.example.jp --usage 2    pin the issuing authority",
            "",
            "Exit codes: 0 made, 2 wrong call."
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
    private int ttl = 3600;

    @Mixin
    private JsonOption json = new JsonOption();

    TlsaMakeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        checkNumbers();
        TlsaRecord record;
        Name owner;
        String of;
        if (source.certificate != null) {
            Certificate certificate = pinned(PemFiles.certificates(source.certificate));
            record = TlsaRecord.of(usage, selector, matching, certificate);
            owner = owner(host == null ? onlyName(certificate) : host);
            of = certificate.label();
        } else if (source.key != null) {
            if (usage == TlsaRecord.DANE_TA || selector == TlsaRecord.FULL_CERTIFICATE) {
                throw new UsageException("from a key alone only records with --usage 3 --selector 1 can be made");
            }
            if (host == null) {
                throw new UsageException("a key has no name; say which host it is for with --host");
            }
            record = TlsaRecord.ofKey(usage, matching, publicKey(source.key));
            owner = owner(host);
            of = "the key in " + source.key.getFileName();
        } else {
            throw new IllegalStateException("the group takes exactly one option");
        }
        print(owner, record, of);
        return ExitCode.OK.code();
    }

    private void checkNumbers() {
        check("--usage", usage, 2, 3, "senders of mail use no other (D10)");
        check("--selector", selector, 0, 1, "no other is defined");
        check("--matching", matching, 0, 2, "no other is defined");
        check("--port", port, 1, 65535, "ports are 16 bits");
        check("--ttl", ttl, 0, MOST_TTL, "RFC 2181 section 8");
    }

    private static void check(String option, int value, int least, int most, String why) {
        if (value < least || value > most) {
            throw new UsageException(option + " is " + value + ", but must be " + least + " to " + most + ": " + why);
        }
    }

    /** Usage 3 pins the first certificate; usage 2 its issuer, or the first when that is an authority itself. */
    private Certificate pinned(List<Certificate> chain) {
        if (usage == TlsaRecord.DANE_EE || chain.getFirst().isAuthority()) {
            return chain.getFirst();
        }
        return chain.stream()
                .skip(1)
                .filter(Certificate::isAuthority)
                .findFirst()
                .orElseThrow(
                        () -> new UsageException(
                                source.certificate
                                        + " holds no certificate of an authority; --usage 2 pins the issuer, which the server must send too"));
    }

    private static String onlyName(Certificate certificate) {
        List<String> names = certificate.dnsNames();
        if (names.size() != 1 || names.getFirst().startsWith("*")) {
            throw new UsageException("the certificate is for "
                    + (names.isEmpty() ? "no DNS name" : String.join(", ", names)) + "; say which host with --host");
        }
        return names.getFirst();
    }

    private Name owner(String text) {
        try {
            return Observer.tlsaOwner(DomainNames.parse(text), port);
        } catch (BadNameException e) {
            throw new UsageException("--host: " + e.getMessage(), e);
        } catch (NameTooLongException e) {
            throw new UsageException(
                    "\"_" + port + "._tcp.\" before " + text + " is longer than a domain name can be", e);
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

    private void print(Name owner, TlsaRecord record, String of) {
        String line = owner + " " + ttl + " IN TLSA " + record;
        List<String> hints = hints(record);
        PrintWriter out = environment.terminal().out();
        if (json.wanted()) {
            ObjectNode document = JsonOption.document("hikyaku.tlsa-make/1")
                    .put("owner", owner.toString())
                    .put("ttl", ttl)
                    .put("data", record.toString())
                    .put("line", line)
                    .put("of", of);
            ArrayNode array = document.putArray("hints");
            hints.forEach(array::add);
            JsonOption.print(out, document);
            return;
        }
        out.println("; " + of);
        out.println(line);
        for (String hint : hints) {
            Wrapped.lines(hint, Math.min(100, environment.terminal().width()) - 2)
                    .forEach(l -> out.println("; " + l));
        }
        out.flush();
    }

    /** D29: how to change keys without a gap. */
    private List<String> hints(TlsaRecord record) {
        String rollover = "Before the server uses another key: publish the next key's record beside this one on every"
                + " name server, wait at least the TTL (" + ttl + " s) from when all of them show it, then switch the"
                + " server, then remove this record (D29, RFC 7671 section 8.1).";
        if (record.usage() == TlsaRecord.DANE_TA) {
            return List.of(
                    "The server must send this authority's certificate in its chain, and the server's certificate must"
                            + " name the host (D12, D14).",
                    rollover);
        }
        return record.selector() == TlsaRecord.FULL_CERTIFICATE
                ? List.of(
                        "This record changes with every renewal of the certificate, even when the key stays.", rollover)
                : List.of(
                        "Renewals that keep the key keep this record right; have your ACME client reuse it.", rollover);
    }
}
