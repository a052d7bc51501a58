package org.hikyaku.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Which mail server to talk to and how, for {@code auth} and {@code send}; use as a mixin. */
final class ServerOptions {

    @Parameters(
            index = "0",
            paramLabel = "HOST[:PORT]",
            description = "The server, by name or address; IPv6 with a port: [::1]:587. Without a port, 25, 465 and 587"
                    + " are tried over IPv4 and IPv6 and shown side by side first.")
    private String target = "";

    @Option(names = "--ports", description = "Show which of 25, 465 and 587 are open, also when a port is given.")
    private boolean ports;

    @Option(
            names = "--tls",
            paramLabel = "HOW",
            description =
                    "implicit: TLS comes first, as on port 465; starttls: in clear first, as on 25 and 587; none: in"
                            + " clear throughout. By default what belongs to the port.")
    private @Nullable String tls;

    @Option(
            names = "--no-verify",
            description = "Go on when nobody trusted vouches for the server's certificate. It is said all the same.")
    private boolean noVerify;

    @Option(
            names = "--tls-name",
            paramLabel = "NAME",
            description = "The name to ask for and to find in the certificate (default: HOST).")
    private @Nullable String tlsName;

    @Option(
            names = "--tls-min",
            paramLabel = "VERSION",
            defaultValue = "1.2",
            converter = Version.class,
            description = "Oldest version of TLS to take: 1.0, 1.1, 1.2 or 1.3 (default: ${DEFAULT-VALUE}).")
    private TlsVersion oldest = TlsVersion.TLSV1_2;

    @Option(
            names = "--tls-max",
            paramLabel = "VERSION",
            defaultValue = "1.3",
            converter = Version.class,
            description = "Newest version of TLS to offer (default: ${DEFAULT-VALUE}).")
    private TlsVersion newest = TlsVersion.TLSV1_3;

    @Option(
            names = "--client-cert",
            paramLabel = "FILE",
            description =
                    "Show this certificate: PEM with the chain (and the key, unless --client-key has it), or PKCS#12,"
                            + " whose password is taken from --client-password-file, HIKYAKU_PKCS12_PASSWORD or asked for.")
    private @Nullable Path clientCertificate;

    @Option(names = "--client-key", paramLabel = "FILE", description = "PEM file with the key of --client-cert.")
    private @Nullable Path clientKey;

    @Option(
            names = "--client-password-file",
            paramLabel = "FILE",
            description = "First line: the password of a PKCS#12 file given with --client-cert.")
    private @Nullable Path clientPasswordFile;

    @Option(names = "-4", description = "Only IPv4.")
    private boolean onlyIpv4;

    @Option(names = "-6", description = "Only IPv6.")
    private boolean onlyIpv6;

    @Option(
            names = "--ehlo-name",
            paramLabel = "NAME",
            description = "The name to say EHLO with (default: this machine's).")
    private @Nullable String ehlo;

    @Option(
            names = "--keylog",
            paramLabel = "FILE",
            description =
                    "Append the secrets of the TLS session to this file (RFC 9850), for Wireshark or 'hikyaku decode'."
                            + " Readable by its owner only.")
    private @Nullable Path keyLog;

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            description =
                    "Write the session itself as pcapng with its secrets inside; takes no privilege. Readable by its"
                            + " owner only.")
    private @Nullable Path pcap;

    @Option(names = "--force", description = "Overwrite the file of --pcap when it exists.")
    private boolean force;

    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = "Play this dialogue after TLS and login, one command per line; - is standard input.")
    private @Nullable String script;

    @Option(
            names = "--show-secrets",
            description = "Show the login's secrets in the dialogue, and how they are put together.")
    private boolean showSecrets;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    String target() {
        return target;
    }

    boolean ports() {
        return ports;
    }

    Optional<String> tls() {
        return Optional.ofNullable(tls).map(t -> t.toLowerCase(Locale.ROOT));
    }

    boolean noVerify() {
        return noVerify;
    }

    Optional<String> tlsName() {
        return Optional.ofNullable(tlsName);
    }

    TlsVersion oldest() {
        return oldest;
    }

    TlsVersion newest() {
        return newest;
    }

    Optional<Path> clientCertificate() {
        return Optional.ofNullable(clientCertificate);
    }

    Optional<Path> clientKey() {
        return Optional.ofNullable(clientKey);
    }

    Optional<Path> clientPasswordFile() {
        return Optional.ofNullable(clientPasswordFile);
    }

    boolean onlyIpv4() {
        return onlyIpv4;
    }

    boolean onlyIpv6() {
        return onlyIpv6;
    }

    Optional<String> ehlo() {
        return Optional.ofNullable(ehlo);
    }

    Optional<Path> keyLog() {
        return Optional.ofNullable(keyLog);
    }

    Optional<Path> pcap() {
        return Optional.ofNullable(pcap);
    }

    boolean force() {
        return force;
    }

    Optional<String> script() {
        return Optional.ofNullable(script);
    }

    boolean showSecrets() {
        return showSecrets;
    }

    NetworkOptions network() {
        return network;
    }

    boolean json() {
        return json.wanted();
    }

    /** {@code 1.0} to {@code 1.3}. */
    static final class Version implements ITypeConverter<TlsVersion> {
        @Override
        public TlsVersion convert(String text) {
            return switch (text) {
                case "1.0" -> TlsVersion.TLSV1_0;
                case "1.1" -> TlsVersion.TLSV1_1;
                case "1.2" -> TlsVersion.TLSV1_2;
                case "1.3" -> TlsVersion.TLSV1_3;
                default -> throw new TypeConversionException("'" + text + "' is none of 1.0, 1.1, 1.2 and 1.3");
            };
        }
    }
}
