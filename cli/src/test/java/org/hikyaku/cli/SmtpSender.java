package org.hikyaku.cli;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends mails over one connection, in clear, one command at a time, for tests. */
final class SmtpSender implements Closeable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    SmtpSender(InetSocketAddress server) throws IOException {
        this.socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        this.out = socket.getOutputStream();
        reply();
        say("EHLO sender.example");
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

    private String say(String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return reply();
    }

    /** The last reply: that to the content, or the first that was a no. */
    String send(String content) throws IOException {
        return sendTo("bob@own.example", content);
    }

    String sendTo(String recipient, String content) throws IOException {
        for (String command : new String[] {"MAIL FROM:<a@sender.example>", "RCPT TO:<" + recipient + ">", "DATA"}) {
            String reply = say(command);
            if (reply.charAt(0) > '3') {
                return reply;
            }
        }
        return say(content.replace("\n", "\r\n").replace("\r\n.", "\r\n..") + "\r\n.");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
