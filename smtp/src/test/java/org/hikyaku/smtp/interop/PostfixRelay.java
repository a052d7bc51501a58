package org.hikyaku.smtp.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.hikyaku.net.TestPorts;

/** A Postfix that passes everything on to one server. */
public final class PostfixRelay implements AutoCloseable {
    private final PostfixServer.Instance instance;
    private final InetSocketAddress door;

    private PostfixRelay(PostfixServer.Instance instance, InetSocketAddress door) {
        this.instance = instance;
        this.door = door;
    }

    public static void assumeInstalled() {
        PostfixServer.assumeInstalled();
    }

    /**
     * Starts it.
     *
     * @param next where everything goes
     * @param settings lines of main.cf for how; each with its line end
     */
    public static PostfixRelay start(InetSocketAddress next, String settings) throws IOException, InterruptedException {
        return start(next, settings, "");
    }

    /**
     * As {@link #start(InetSocketAddress, String)}.
     *
     * @param services lines of master.cf more; each with its line end
     */
    public static PostfixRelay start(InetSocketAddress next, String settings, String services)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("hikyaku-relay");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        PostfixServer.Instance instance = new PostfixServer.Instance(folder);
        boolean started = false;
        try {
            InetSocketAddress door = TestPorts.takeOnLoopback();
            instance.configure(
                    settings + """
                    myhostname = sender.invalid
                    mydestination =
                    local_transport = error:none
                    relayhost = [%s]:%d
                    mynetworks = 127.0.0.0/8
                    inet_interfaces = 127.0.0.1
                    smtpd_peername_lookup = no
                    smtpd_relay_restrictions = permit_mynetworks, reject
                    notify_classes =
                    smtp_host_lookup = native
                    smtp_tls_loglevel = 1
                    minimal_backoff_time = 4h
                    maximal_backoff_time = 8h
                    queue_run_delay = 4h
                    """.formatted(next.getAddress().getHostAddress(), next.getPort()),
                    services + """
                    smtp      unix - - n - - smtp
                    relay     unix - - n - - smtp
                    retry     unix - - n - - error
                    127.0.0.1:%d inet n - n - - smtpd
                    """.formatted(door.getPort()));
            instance.run("start", List.of());
            started = true;
            return new PostfixRelay(instance, door);
        } finally {
            if (!started) {
                instance.delete();
            }
        }
    }

    /** Hands these mails in, each the lines between DATA and the lone dot. */
    public void send(String... mails) throws IOException {
        for (String mail : mails) {
            sendTo("b@b.example", mail);
        }
    }

    /** Hands a mail for this recipient in: the lines between DATA and the lone dot. */
    public void sendTo(String recipient, String mail) throws IOException {
        try (Socket socket = new Socket(door.getAddress(), door.getPort());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.setSoTimeout(60_000);
            expect(in, "220");
            say(socket, in, "EHLO test", "250");
            say(socket, in, "MAIL FROM:<a@a.example>", "250");
            say(socket, in, "RCPT TO:<" + recipient + ">", "250");
            say(socket, in, "DATA", "354");
            say(socket, in, mail + "\r\n.", "250");
            say(socket, in, "QUIT", "221");
        }
    }

    private static void say(Socket socket, BufferedReader in, String line, String code) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        expect(in, code);
    }

    private static void expect(BufferedReader in, String code) throws IOException {
        String line = in.readLine();
        while (line != null && line.startsWith(code + "-")) {
            line = in.readLine();
        }
        if (line == null || !line.startsWith(code)) {
            throw new IOException("Postfix said " + line + " instead of " + code);
        }
    }

    public String log() throws IOException {
        return instance.log();
    }

    @Override
    public void close() throws IOException {
        try {
            instance.run("stop", List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            instance.delete();
        }
    }
}
