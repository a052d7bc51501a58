package org.hikyaku.relay.queue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A queue for its upkeep: through the process that has it, or in its folder when none has. */
public final class QueueAccess implements Closeable {
    /** Belongs to whoever this process runs as. */
    private static final Path SELF = Path.of("/proc/self");

    private final Path folder;
    private final Optional<MailQueue> direct;
    private final JsonMapper json = new JsonMapper();

    private QueueAccess(Path folder, Optional<MailQueue> direct) {
        this.folder = folder;
        this.direct = direct;
    }

    /**
     * Reaches the queue in this folder.
     *
     * @throws NoSuchFileException when there is none
     * @throws QueueInUseException when a process has it that does not answer
     */
    public static QueueAccess open(Path folder, InstantSource clock) throws IOException {
        if (!FolderLock.isQueue(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (Files.exists(QueueControl.socket(folder))) {
            try (SocketChannel _ = connect(folder)) {
                return new QueueAccess(folder, Optional.empty());
            } catch (IOException _) {
                // left behind by a process that was killed
            }
        }
        refuseStrangers(folder);
        return new QueueAccess(folder, Optional.of(SegmentQueue.open(QueueOptions.of(folder), clock)));
    }

    /** What root writes here the relay's own user could not read afterwards. */
    private static void refuseStrangers(Path folder) throws IOException {
        if (!Files.exists(SELF)) {
            return;
        }
        UserPrincipal owner = Files.getOwner(folder);
        if (!owner.equals(Files.getOwner(SELF))) {
            throw new IOException("no relay runs with it, and then only its owner may use it: run this as the user "
                    + owner.getName());
        }
    }

    /** Whether a relay runs with it. */
    public boolean served() {
        return direct.isEmpty();
    }

    private static SocketChannel connect(Path folder) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(QueueControl.socket(folder)));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Asks, as {@code docs/queue.md} describes it.
     *
     * @param mail is told of each mail of the answer
     * @return the answer's last object: {@code count}, and {@code more} of a list that was cut short
     * @throws IOException when it could not be done, with a sentence
     */
    public JsonNode ask(ObjectNode request, Consumer<JsonNode> mail) throws IOException {
        Answer answer = new Answer(mail);
        if (direct.isPresent()) {
            new QueueCommands(direct.get(), true).answer(request, answer::line);
        } else {
            try (SocketChannel channel = connect(folder)) {
                channel.write(
                        ByteBuffer.wrap((json.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8)));
                BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    answer.line(json.readTree(line));
                }
            } catch (JacksonException e) {
                throw new IOException("the process that has the queue does not answer as it should", e);
            }
        }
        return answer.end();
    }

    private static final class Answer {
        private final Consumer<JsonNode> mail;
        private Optional<JsonNode> last = Optional.empty();

        Answer(Consumer<JsonNode> mail) {
            this.mail = mail;
        }

        void line(JsonNode line) {
            if (line.has("end") || line.has("error")) {
                last = Optional.of(line);
            } else {
                mail.accept(line);
            }
        }

        JsonNode end() throws IOException {
            JsonNode end = last.orElseThrow(
                    () -> new IOException("the process that has the queue went away in the middle of its answer"));
            if (end.has("error")) {
                throw new IOException(end.path("error").asString(""));
            }
            return end;
        }
    }

    @Override
    public void close() throws IOException {
        if (direct.isPresent()) {
            direct.get().close();
        }
    }
}
