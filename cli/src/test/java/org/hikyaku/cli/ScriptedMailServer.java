package org.hikyaku.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A mail server in clear on loopback that answers each command by its first word, as a list of {@code WORD reply} lines
 * says; what is not listed gets {@code 250 ok}. The empty word is the greeting, {@code .} the end of a mail.
 */
final class ScriptedMailServer implements AutoCloseable {
    private final ServerSocket socket;
    private final List<String> answers;
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private ScriptedMailServer(ServerSocket socket, List<String> answers) {
        this.socket = socket;
        this.answers = answers;
    }

    static ScriptedMailServer start(String... answers) throws IOException {
        ScriptedMailServer server =
                new ScriptedMailServer(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), List.of(answers));
        Thread.ofVirtual().start(server::serve);
        return server;
    }

    String place() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** All lines that clients have said, those of mails too. */
    List<String> heard() {
        return heard;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                converse(client);
            } catch (IOException e) {
                // The test closes the server, or the client hung up.
            }
        }
    }

    private void converse(Socket client) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = client.getOutputStream();
        say(out, answer("", "220 mx.example ESMTP"));
        boolean data = false;
        boolean login = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            heard.add(line);
            if (data && !line.equals(".")) {
                continue;
            }
            String word = login ? "+" : line.split("[ :]", 2)[0].toUpperCase(java.util.Locale.ROOT);
            String reply = answer(word, word.equals("DATA") ? "354 go" : "250 ok");
            data = reply.startsWith("354");
            login = reply.startsWith("334");
            say(out, reply);
            if (word.equals("QUIT")) {
                return;
            }
        }
    }

    private String answer(String word, String usual) {
        return answers.stream()
                .filter(a -> a.startsWith(word + " "))
                .findFirst()
                .map(a -> a.substring(word.length() + 1).replace("|", "\r\n"))
                .orElse(usual);
    }

    private static void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
