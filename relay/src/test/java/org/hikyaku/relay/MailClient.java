package org.hikyaku.relay;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A sender of mail for tests, one command after the other in clear. */
final class MailClient implements Closeable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    MailClient(InetSocketAddress server) throws IOException {
        this.socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        this.in = new BufferedReader(
                new InputStreamReader(new BufferedInputStream(socket.getInputStream()), StandardCharsets.UTF_8));
        this.out = socket.getOutputStream();
        reply();
        say("EHLO client.example");
    }

    private String reply() throws IOException {
        while (true) {
            String line = in.readLine();
            if (line == null) {
                throw new IOException("the relay hung up");
            }
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line;
            }
        }
    }

    String say(String command) throws IOException {
        out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        return reply();
    }

    /** Sends a mail, and gives the last reply: that to the content, or the first that said no. */
    String send(String from, String to, String content) throws IOException {
        String sender = say("MAIL FROM:<" + from + ">");
        if (!sender.startsWith("250")) {
            return sender;
        }
        String recipient = say("RCPT TO:<" + to + ">");
        if (!recipient.startsWith("250")) {
            say("RSET");
            return recipient;
        }
        String data = say("DATA");
        if (!data.startsWith("354")) {
            return data;
        }
        return say(content.replace("\n", "\r\n").replace("\r\n.", "\r\n..") + "\r\n.");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
