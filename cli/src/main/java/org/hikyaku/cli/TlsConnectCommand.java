package org.hikyaku.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.tls.ClientSessions;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.KeyLogFile;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.TlsSession;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tls connect HOST:PORT}: a TLS client to try with. */
@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        description = {
            "A TLS client to try with: sends standard input, prints the answer, and tells what was settled.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  echo hello | hikyaku tls connect localhost:4433 --ca-file chain.pem",
            "  hikyaku tls connect mx.example.jp:465 --tls 1.2 --suites kRSA --json < /dev/null",
            "  echo hello | hikyaku tls connect 127.0.0.1:4433 --ca-file ca.pem --no-name-check --keylog keys.log",
            "",
            "Exit codes: 0 the server is who it says (or nobody asked), 1 it is not, 2 wrong call, 3 no session came about.",
            "Output and JSON are described in docs/tls.md."
        })
final class TlsConnectCommand implements Callable<Integer> {
    /** What is kept of an answer for the JSON. */
    private static final int MOST_RECEIVED = 1 << 20;

    /** What the two threads of an exchange tell the one that prints. */
    private sealed interface Event {
        record Received(ByteBuffer bytes) implements Event {}

        /** Standard input has ended. */
        record Sent() implements Event {}

        /** The session has ended. */
        record Ended() implements Event {}
    }

    private final Environment environment;

    @Parameters(
            index = "0",
            paramLabel = "HOST:PORT",
            description = "A name or an address; IPv6 as in [::1]:4433 (default port: 4433).")
    private String target = "";

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description =
                    "The server name to ask for, and to look for in the certificate (default: HOST, when a name).")
    private @Nullable String sni;

    @Option(names = "--no-name-check", description = "Do not look for the name in the server's certificate.")
    private boolean noNameCheck;

    @Option(names = "--no-check", description = "Do not judge the server's certificate at all.")
    private boolean noCheck;

    @Option(names = "--cert", paramLabel = "FILE", description = "A client certificate and its chain, as PEM.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key (default: in the file of --cert).")
    private @Nullable Path key;

    @Option(
            names = "--resume",
            description = "Connect twice, and take up the first session again the second time (TLS 1.2 and before).")
    private boolean resume;

    @Option(
            names = "--linger",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description =
                    "Once all is sent, how long the server may be silent before we end (default: ${DEFAULT-VALUE}).")
    private double linger = 1;

    @Mixin
    private TlsChoice choice = new TlsChoice();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    TlsConnectCommand(Environment environment) {
        this.environment = environment;
    }

    /** What the server's certificate comes to. */
    private record Judgement(boolean checked, List<String> objections) {}

    @Override
    public Integer call() {
        HostAndPort place = HostAndPort.parse(target, 4433);
        Optional<String> name = sni != null
                ? Optional.of(ascii(sni))
                : place.literal() ? Optional.empty() : Optional.of(ascii(place.host()));
        if (name.isEmpty() && !noNameCheck && !noCheck) {
            throw new UsageException("certificates are for names, and " + place.host()
                    + " is an address: say the name with --sni, or --no-name-check");
        }
        Optional<PathFinder> finder =
                noCheck ? Optional.empty() : Optional.of(new PathFinder(SystemInternet.authorities(network.caFile())));
        Optional<KeyLogFile> log = choice.keyLog(environment);
        try {
            TlsClient client = new TlsClient(options(log), new SecureRandom());
            InetSocketAddress address = new InetSocketAddress(address(place.host()), place.port());
            if (resume) {
                try (TlsSession first = open(client, address, name)) {
                    first.within(Deadline.after(network.timeout()));
                }
            }
            try (TlsSession session = open(client, address, name)) {
                return talk(session, finder, name).code();
            }
        } catch (HandshakeFailedException e) {
            throw new UndecidedException(
                    "No TLS session with " + target + ": " + e.failure().sentence(), e);
        } catch (IOException e) {
            throw new UndecidedException("No session with " + target + ": " + e.getMessage(), e);
        } finally {
            log.ifPresent(TlsConnectCommand::close);
        }
    }

    private TlsSession open(TlsClient client, InetSocketAddress address, Optional<String> name) throws IOException {
        Deadline deadline = Deadline.after(network.timeout());
        Connection connection = new SystemNetwork().dial(address, deadline);
        return client.handshake(connection, name, deadline);
    }

    private ExitCode talk(TlsSession session, Optional<PathFinder> finder, Optional<String> name) throws IOException {
        SessionFacts facts = session.facts();
        Judgement judgement = judge(facts, finder, name);
        boolean good = judgement.objections().isEmpty();
        PrintWriter out = environment.terminal().out();
        if (!json.wanted()) {
            PrintWriter told = environment.terminal().err();
            told.println(Addresses.text(session.remote()) + "  " + TlsFacts.line(facts));
            if (facts.clientChain().isPresent()) {
                told.println("  asked for a client certificate; shown: " + TlsFacts.client(facts));
            }
            if (!facts.chain().isEmpty()) {
                told.println("  certificate of " + facts.chain().getFirst().label()
                        + (judgement.checked() ? good ? ", trusted" : "" : ", not checked"));
            }
            judgement.objections().forEach(o -> told.println("  not trusted: " + o));
            told.flush();
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        long received = 0;
        if (good) {
            // Nothing goes to a server that is not who it should be.
            received = exchange(session, kept, out);
        }
        if (json.wanted()) {
            ObjectNode document = JsonOption.document("hikyaku.tls-connect/1").put("target", target);
            document.put("address", Addresses.text(session.remote().getAddress()));
            document.put("port", session.remote().getPort());
            TlsFacts.put(document, facts);
            document.put("checked", judgement.checked());
            document.put("trusted", judgement.checked() && good);
            ArrayNode objections = document.putArray("objections");
            judgement.objections().forEach(objections::add);
            document.put("received", received);
            document.put("text", kept.toString(StandardCharsets.UTF_8));
            JsonOption.print(out, document);
        }
        return good ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private Judgement judge(SessionFacts facts, Optional<PathFinder> finder, Optional<String> name) {
        // A resumed session stands on the certificate of its first handshake, which has been judged there.
        if (finder.isEmpty() || facts.resumed()) {
            return new Judgement(false, List.of());
        }
        List<String> objections = new ArrayList<>();
        if (finder.get().find(facts.chain(), environment.clock().instant()) instanceof PathResult.Untrusted untrusted) {
            objections.add(untrusted.sentence());
        }
        if (!noNameCheck && name.isPresent() && !facts.chain().isEmpty()) {
            if (!NameMatch.matches(facts.chain().getFirst(), name.get(), CommonName.WHEN_NO_DNS_ID)) {
                objections.add("the certificate is not for " + name.get() + " but for "
                        + TlsServeCommand.names(facts.chain().getFirst()));
            }
        }
        return new Judgement(true, objections);
    }

    /** Sends standard input and takes what comes, until the server ends or has been silent for long enough. */
    private long exchange(TlsSession session, ByteArrayOutputStream kept, PrintWriter out) throws IOException {
        session.within(Deadline.after(java.time.Duration.ofDays(1)));
        LinkedBlockingQueue<Event> arrived = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> receive(session.input(), arrived));
        Thread.ofVirtual().start(() -> send(environment.input().stream(), session.output(), arrived));
        long received = 0;
        boolean sent = false;
        ArrivingText text = new ArrivingText();
        while (true) {
            Event next;
            try {
                next = sent ? arrived.poll((long) (linger * 1000), TimeUnit.MILLISECONDS) : arrived.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return received;
            }
            switch (next) {
                case null -> {
                    return received;
                }
                case Event.Ended _ -> {
                    return received;
                }
                case Event.Sent _ -> sent = true;
                case Event.Received(ByteBuffer bytes) -> {
                    received += bytes.remaining();
                    byte[] chunk = new byte[bytes.remaining()];
                    bytes.get(chunk);
                    if (!json.wanted()) {
                        out.print(text.next(chunk));
                        out.flush();
                    } else if (kept.size() < MOST_RECEIVED) {
                        kept.write(chunk, 0, Math.min(chunk.length, MOST_RECEIVED - kept.size()));
                    }
                }
            }
        }
    }

    private static void receive(InputStream in, LinkedBlockingQueue<Event> arrived) {
        try {
            for (byte[] chunk = in.readNBytes(1); chunk.length > 0; chunk = in.readNBytes(1)) {
                byte[] rest = new byte[Math.max(0, in.available())];
                int more = rest.length == 0 ? 0 : Math.max(0, in.read(rest));
                byte[] whole = new byte[1 + more];
                whole[0] = chunk[0];
                System.arraycopy(rest, 0, whole, 1, more);
                arrived.add(new Event.Received(ByteBuffer.wrap(whole)));
            }
        } catch (IOException e) {
            // the end of the session, by whatever way, is the end of what came
        } finally {
            arrived.add(new Event.Ended());
        }
    }

    private static void send(InputStream in, OutputStream out, LinkedBlockingQueue<Event> arrived) {
        byte[] buffer = new byte[8192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // the session has ended; whoever reads it knows
        } finally {
            arrived.add(new Event.Sent());
        }
    }

    private TlsClientOptions options(Optional<KeyLogFile> log) {
        List<CipherSuite> suites = choice.suites();
        TlsChoice.Versions versions = choice.versions(suites);
        TlsClientOptions options = TlsClientOptions.defaults()
                .withVersions(versions.min(), versions.max())
                .withSuites(suites)
                .withGroups(choice.groups())
                .withAlpn(choice.alpn());
        if (certificate != null) {
            options = options.withCredential(TlsChoice.credential(certificate, key == null ? certificate : key));
        }
        if (resume) {
            options = options.withSessions(new ClientSessions());
        }
        return log.isPresent() ? options.withKeyLog(log.get()) : options;
    }

    private static String ascii(String host) {
        return GivenName.of(host).toString(true);
    }

    private InetAddress address(String host) {
        if (network.resolvers().isEmpty() && host.equals("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return lookedUp(host);
        }
    }

    private InetAddress lookedUp(String host) {
        try (NetworkAccess access = environment.internet().open(network)) {
            return new ValidatedAddresses(access.lookup(network.timeout(), environment.clock()))
                    .addresses(GivenName.of(host).toString()).stream()
                            .min(Comparator.comparing(Inet6Address.class::isInstance)) // IPv4 is there from everywhere
                            .orElseThrow(() -> new UndecidedException(host + " has no address."));
        } catch (IOException e) {
            throw new UndecidedException("The address of " + host + " could not be found out: " + e.getMessage(), e);
        }
    }

    static void close(Closeable log) {
        try {
            log.close();
        } catch (IOException e) {
            throw new UndecidedException("The key log could not be closed: " + e.getMessage(), e);
        }
    }
}
