package org.hikyaku.delivery;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.policy.StsFormatException;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicyParser;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * A world of few words for one test: records, and servers that follow scripts, one script for each connection. In a
 * script {@code S:} is what the server says, {@code C:} what the client must say; {@code TLS ok} and {@code TLS fail} the
 * handshake, {@code content} a mail up to the lone dot, {@code bytes N} so many bytes, {@code close} hangs up. What a
 * client says against its script is kept in {@link #mistakes}.
 */
final class Stage implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    private static final Instant FROM = NOW.minus(Duration.ofDays(30));
    private static final Instant TO = NOW.plus(Duration.ofDays(300));

    private final CertificateMaker maker = CertificateMaker.seeded("delivery tests");
    private final CertificateMaker.Authority root =
            maker.root(CertificateTemplate.authority(FROM, TO, "Test Root"), KeyChoice.EC_P256);
    private final Map<String, List<Record>> records = new HashMap<>();
    private final Map<String, Boolean> insecure = new HashMap<>();
    private final Map<String, Failure.Kind> failing = new HashMap<>();
    private final Map<InetAddress, Host> hosts = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final SystemNetwork system = new SystemNetwork();
    private StsObservation sts;

    final Queue<String> mistakes = new ConcurrentLinkedQueue<>();
    final Queue<byte[]> mails = new ConcurrentLinkedQueue<>();
    final Queue<String> dialled = new ConcurrentLinkedQueue<>();
    final Queue<CountedSession> counted = new ConcurrentLinkedQueue<>();
    final Queue<DeliveryLine> lines = new ConcurrentLinkedQueue<>();

    private record Host(
            Optional<Credential> credential, Deque<List<String>> scripts, Optional<IOException> unreachable) {}

    Stage() {
        sts = new StsObservation.NoPolicy(
                secure(Zone.question("_mta-sts.example.net", Type.TXT), List.of()),
                StsObservation.NoPolicy.Reason.ABSENT,
                "There is none.");
    }

    Credential trusted(String name) {
        return maker.server(CertificateTemplate.server(FROM, TO, name), KeyChoice.EC_P256, root);
    }

    Credential selfSigned(String name) {
        return maker.selfSigned(CertificateTemplate.server(FROM, TO, name), maker.key(KeyChoice.EC_P256));
    }

    Stage record(String name, int type, String data) {
        records.computeIfAbsent(Zone.key(name, type), k -> new ArrayList<>()).add(Zone.record(name, type, data));
        return this;
    }

    Stage tlsa(String host, TlsaRecord record) {
        return record(
                "_25._tcp." + host,
                Type.TLSA,
                record.usage() + " " + record.selector() + " " + record.matchingType() + " "
                        + java.util.HexFormat.of().formatHex(record.data()));
    }

    /** The zone's answers of this type for this name are not signed. */
    Stage unsigned(String name, int type) {
        insecure.put(Zone.key(name, type), true);
        return this;
    }

    Stage failing(String name, int type) {
        failing.put(Zone.key(name, type), Failure.Kind.SERVFAIL);
        return this;
    }

    Stage policy(String mode, String... mx) {
        StringBuilder text = new StringBuilder("version: STSv1\r\nmode: " + mode + "\r\n");
        for (String pattern : mx) {
            text.append("mx: ").append(pattern).append("\r\n");
        }
        text.append("max_age: 604800\r\n");
        try {
            sts = new StsObservation.InForce(
                    sts.record(),
                    StsPolicyParser.parse(text.toString().getBytes(StandardCharsets.US_ASCII))
                            .policy(),
                    "1",
                    NOW,
                    Optional.empty(),
                    Optional.empty());
        } catch (StsFormatException e) {
            throw new IllegalArgumentException(e);
        }
        return this;
    }

    Stage sts(StsObservation other) {
        sts = other;
        return this;
    }

    StsObservation sts() {
        return sts;
    }

    /** A server at this address; each connection plays the next script, the last one again and again. */
    Stage server(String address, Credential credential, String... scripts) {
        Deque<List<String>> lines = new ArrayDeque<>();
        for (String script : scripts) {
            lines.add(script.lines().filter(l -> !l.isBlank()).toList());
        }
        hosts.put(InetAddress.ofLiteral(address), new Host(Optional.of(credential), lines, Optional.empty()));
        return this;
    }

    Stage refuses(String address) {
        hosts.put(
                InetAddress.ofLiteral(address),
                new Host(Optional.empty(), new ArrayDeque<>(), Optional.of(new ConnectException("refused"))));
        return this;
    }

    Stage noRoute(String address) {
        hosts.put(
                InetAddress.ofLiteral(address),
                new Host(Optional.empty(), new ArrayDeque<>(), Optional.of(new NoRouteToHostException("no route"))));
        return this;
    }

    Seams seams() {
        return seams(new Random(1));
    }

    Seams seams(Random random) {
        return new Seams(
                new PlayedNetwork(),
                this::lookup,
                domain -> sts,
                TrustAnchors.of(List.of(root.certificate())),
                InstantSource.fixed(NOW),
                random,
                new SecureRandom(),
                Optional.empty());
    }

    /** A courier that waits 5 s for anything. */
    Courier courier(DeliveryOptions options, Destination destination) {
        return new Courier(options, Destinations.all(destination), seams(), counted::add, lines::add);
    }

    static DeliveryOptions options() {
        DeliveryOptions usual = DeliveryOptions.usual("client.example");
        return with(usual, DeliveryOptions.Kept.none());
    }

    static DeliveryOptions with(DeliveryOptions usual, DeliveryOptions.Kept kept) {
        Duration brief = Duration.ofSeconds(5);
        return new DeliveryOptions(
                usual.ehloName(),
                usual.ownNames(),
                usual.ownAddresses(),
                usual.port(),
                usual.families(),
                usual.postQuantum(),
                new DeliveryOptions.Times(brief, brief, brief, brief, org.hikyaku.smtp.TransactionTimes.brisk(brief)),
                usual.tries(),
                kept,
                usual.concurrency());
    }

    private Answer lookup(Question question) {
        String key = Zone.key(question.name().toString(true), question.type());
        Failure.Kind failure = failing.get(key);
        if (failure != null) {
            return new Answer.Failed(question, new Failure(failure, "The name server answers SERVFAIL."));
        }
        List<Record> found = records.getOrDefault(key, List.of());
        return insecure.containsKey(key)
                ? new Answer.Insecure(question, Zone.content(found), Proof.NONE)
                : secure(question, found);
    }

    private static Answer secure(Question question, List<Record> found) {
        return new Answer.Secure(question, Zone.content(found), Proof.NONE);
    }

    @Override
    public void close() throws IOException {
        for (Listener listener : listeners) {
            listener.close();
        }
    }

    private final class PlayedNetwork implements Network {
        @Override
        public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
            dialled.add(org.hikyaku.net.Addresses.text(remote));
            Host host = hosts.get(remote.getAddress());
            if (host == null) {
                throw new ConnectException("nobody is at " + remote);
            }
            if (host.unreachable().isPresent()) {
                throw host.unreachable().get();
            }
            List<String> script = host.scripts().size() > 1
                    ? host.scripts().removeFirst()
                    : host.scripts().getFirst();
            Listener listener = system.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listeners.add(listener);
            Thread.ofVirtual().start(() -> play(listener, host, script));
            return system.dial(listener.local(), deadline);
        }

        @Override
        public Listener listen(InetSocketAddress local) throws IOException {
            throw new IOException("nobody listens here");
        }
    }

    private void play(Listener listener, Host host, List<String> script) {
        try (Connection connection = listener.accept()) {
            connection.within(Deadline.after(Duration.ofSeconds(10)));
            new Player(connection, host.credential().orElseThrow()).play(script);
        } catch (IOException e) {
            mistakes.add("the client hung up: " + e.getMessage() + " in " + script);
        }
    }

    private final class Player {
        private final Credential credential;
        private Connection connection;
        private boolean freshTls;

        Player(Connection connection, Credential credential) {
            this.connection = connection;
            this.credential = credential;
        }

        void play(List<String> script) throws IOException {
            for (String step : script) {
                if (step.startsWith("S: ")) {
                    say(step.substring(3));
                } else if (step.startsWith("C: ")) {
                    if (!heard(step.substring(3))) {
                        return;
                    }
                } else if (step.equals("TLS ok")) {
                    try {
                        connection = new TlsServer(TlsServerOptions.of(credential), new SecureRandom())
                                .handshake(connection, Deadline.after(Duration.ofSeconds(10)));
                        freshTls = true;
                    } catch (HandshakeFailedException e) {
                        mistakes.add("handshake: " + e.failure().sentence());
                        return;
                    }
                } else if (step.equals("TLS fail")) {
                    connection.input().read(new byte[4096]);
                    say("this is no TLS");
                    return;
                } else if (step.equals("TLS dies")) {
                    connection.input().read(new byte[4096]);
                    return;
                } else if (step.equals("content")) {
                    content();
                } else if (step.startsWith("bytes ")) {
                    mails.add(connection.input().readNBytes(Integer.parseInt(step.substring(6))));
                } else if (step.equals("close")) {
                    return;
                } else {
                    throw new IllegalArgumentException(step);
                }
            }
            // the client may say QUIT, and hangs up
            while (connection.input().read() >= 0) {
                // nothing more is said
            }
        }

        /** A client looks what it is offered inside TLS before it judges; scripts that end there need not say so. */
        private boolean heard(String expected) throws IOException {
            String line = line();
            if (freshTls && expected.equals("QUIT") && line.startsWith("EHLO ")) {
                say("250 mx");
                line = line();
            }
            freshTls = false;
            if (!line.equals(expected)) {
                mistakes.add("said \"" + line + "\" instead of \"" + expected + "\"");
                return false;
            }
            return true;
        }

        private void content() throws IOException {
            ByteArrayOutputStream mail = new ByteArrayOutputStream();
            for (String line = line(); !line.equals("."); line = line()) {
                mail.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            mails.add(mail.toByteArray());
        }

        private String line() throws IOException {
            InputStream in = connection.input();
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("no line came");
                }
                line.write(b);
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }

        private void say(String line) throws IOException {
            OutputStream out = connection.output();
            out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    /** Records out of words. */
    private static final class Zone {
        static String key(String name, int type) {
            return (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).toLowerCase(java.util.Locale.ROOT)
                    + "/" + Type.string(type);
        }

        static Question question(String name, int type) {
            return new Question(name(name), type);
        }

        static Name name(String text) {
            try {
                return Name.fromString(text, Name.root);
            } catch (org.xbill.DNS.TextParseException e) {
                throw new IllegalArgumentException(e);
            }
        }

        static Record record(String name, int type, String data) {
            try {
                return Record.fromString(name(name), type, org.xbill.DNS.DClass.IN, 300, data, Name.root);
            } catch (IOException e) {
                throw new IllegalArgumentException(e);
            }
        }

        static Content content(List<Record> found) {
            return found.isEmpty()
                    ? new Content.NoData(List.of(), Duration.ofMinutes(5))
                    : new Content.Records(List.of(), found, Duration.ofMinutes(5));
        }
    }
}
