package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.hikyaku.relay.queue.QueueAccess;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.queue.QueueInUseException;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The option {@code --queue} and how a queue is asked; use as a mixin. */
final class QueueOption {

    @Option(
            names = "--queue",
            paramLabel = "FOLDER",
            description = "The queue's folder, as the relay's configuration names it (default: ${DEFAULT-VALUE}).",
            defaultValue = "/var/lib/hikyaku/queue")
    private Path folder = Path.of("/var/lib/hikyaku/queue");

    /** The last object of an answer, and whether a relay gave it. */
    record Answer(JsonNode end, boolean served) {
        int count() {
            return end.path("count").asInt(0);
        }
    }

    /** Asks the queue; what cannot be is a sentence for the user. */
    Answer ask(ObjectNode request, InstantSource clock, Consumer<JsonNode> mail) {
        try (QueueAccess access = QueueAccess.open(folder, clock)) {
            return new Answer(access.ask(request, mail), access.served());
        } catch (NoSuchFileException e) {
            throw new UsageException("there is no queue in " + folder + "; name its folder with --queue", e);
        } catch (QueueInUseException e) {
            throw new UndecidedException(
                    e.getMessage() + ", which does not answer at its socket; run this as the relay's user", e);
        } catch (IOException e) {
            throw new UndecidedException("the queue in " + folder + " did not answer: " + FileTrouble.why(e), e);
        }
    }

    /** Ids as they were typed, when each could be one. */
    static List<String> checked(List<String> ids) {
        for (String id : ids) {
            if (QueueId.parse(id).isEmpty()) {
                throw new UsageException(
                        "\"" + id + "\" is no queue id; 'hikyaku queue list' shows those of all mails");
            }
        }
        return ids;
    }

    static ObjectNode request(String command) {
        return JsonNodeFactory.instance.objectNode().put("do", command);
    }
}
