package org.hikyaku.relay.queue;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers what {@code hikyaku queue} asks. A request is an object with {@code do}: {@code list} (with {@code destination}, {@code sender},
 * {@code held}, {@code limit}, all optional), {@code show}, {@code hold} (with {@code why}), {@code release}, {@code delete} (with
 * {@code id}), {@code flush} (with {@code id}, {@code destination} or neither). The answer is mails, each an object as
 * {@link QueueJson} makes it, then one object with {@code end} true and how many there were: {@code count}; or one with {@code error}.
 */
final class QueueCommands {
    private final MailQueue queue;
    private final boolean alone;

    /** @param alone no relay runs with this queue: what is asked for must be on disk */
    QueueCommands(MailQueue queue, boolean alone) {
        this.queue = queue;
        this.alone = alone;
    }

    /** Answers, line by line. */
    void answer(JsonNode request, Consumer<ObjectNode> line) {
        ObjectNode end = JsonNodeFactory.instance.objectNode();
        try {
            answer(request, line, end);
        } catch (IOException | IllegalArgumentException e) {
            end.put("error", String.valueOf(e.getMessage()));
        }
        line.accept(end);
    }

    private void answer(JsonNode request, Consumer<ObjectNode> line, ObjectNode end) throws IOException {
        int count = switch (request.path("do").asString("")) {
            case "list" -> list(request, line, end);
            case "show" -> {
                Optional<QueuedMail> mail = queue.find(id(request));
                mail.map(QueueJson::mail).ifPresent(line);
                yield mail.isPresent() ? 1 : 0;
            }
            case "hold" -> queue.hold(id(request), request.path("why").asString("by hand")) ? 1 : 0;
            case "release" -> queue.release(id(request)) ? 1 : 0;
            case "delete" -> queue.remove(id(request)) ? 1 : 0;
            case "flush" -> flush(request);
            default -> throw new IllegalArgumentException("this queue does not know what it is asked for");
        };
        end.put("end", true).put("count", count);
    }

    private static QueueId id(JsonNode request) {
        String text = request.path("id").asString("");
        return QueueId.parse(text).orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no queue id"));
    }

    private int list(JsonNode request, Consumer<ObjectNode> line, ObjectNode end) {
        String destination = request.path("destination").asString("").toLowerCase(Locale.ROOT);
        String sender = request.path("sender").asString("").toLowerCase(Locale.ROOT);
        boolean held = request.path("held").asBoolean(false);
        int limit = request.path("limit").asInt(Integer.MAX_VALUE);
        AtomicInteger count = new AtomicInteger();
        boolean all = queue.eachWhile(mail -> {
            boolean wanted = (destination.isEmpty() || waitsFor(mail, destination))
                    && (sender.isEmpty() || isFrom(mail, sender))
                    && (!held || mail.held().isPresent());
            if (wanted && count.get() == limit) {
                return false;
            }
            if (wanted) {
                count.incrementAndGet();
                line.accept(QueueJson.mail(mail));
            }
            return true;
        });
        end.put("more", !all);
        return count.get();
    }

    private static boolean waitsFor(QueuedMail mail, String destination) {
        return mail.recipients().stream()
                .anyMatch(r -> r.waits() && r.destination().equals(destination));
    }

    private static boolean isFrom(QueuedMail mail, String sender) {
        return mail.envelope()
                .envelope()
                .sender()
                .filter(from -> from.toString().toLowerCase(Locale.ROOT).equals(sender)
                        || from.domain().toLowerCase(Locale.ROOT).equals(sender))
                .isPresent();
    }

    private int flush(JsonNode request) throws IOException {
        String destination = request.path("destination").asString("").toLowerCase(Locale.ROOT);
        if (alone && queue instanceof SegmentQueue log) {
            return request.has("id") ? (log.flushDurably(id(request)) ? 1 : 0) : log.flushDurably(destination);
        }
        if (request.has("id")) {
            return queue.flush(id(request)) ? 1 : 0;
        }
        return destination.isEmpty() ? queue.flushAll() : queue.flushDestination(destination);
    }
}
