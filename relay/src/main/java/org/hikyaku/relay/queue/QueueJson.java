package org.hikyaku.relay.queue;

import java.util.Optional;
import org.hikyaku.smtp.Mailbox;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A queued mail as JSON, the members as {@code docs/queue.md} describes them. */
final class QueueJson {
    private QueueJson() {}

    static ObjectNode mail(QueuedMail mail) {
        QueuedEnvelope envelope = mail.envelope();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("id", mail.id().toString())
                .put("received", envelope.received().toString())
                .put("size", mail.size())
                .put(
                        "sender",
                        envelope.envelope().sender().map(Mailbox::toString).orElse(""))
                .put("client", envelope.client());
        put(node, "user", envelope.user());
        node.put("body", envelope.body().token())
                .put("smtputf8", envelope.smtpUtf8())
                .put(
                        "demand",
                        switch (envelope.demand()) {
                            case ORDINARY -> "none";
                            case REQUIRE_TLS -> "REQUIRETLS";
                            case TLS_NOT_REQUIRED -> "TLS-Required: No";
                        });
        put(node, "held", mail.held());
        ArrayNode recipients = node.putArray("recipients");
        mail.recipients().forEach(recipient -> recipients.add(recipient(recipient)));
        return node;
    }

    private static ObjectNode recipient(QueuedRecipient recipient) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("address", recipient.recipient().address().toString())
                .put("destination", recipient.destination())
                .put(
                        "standing",
                        switch (recipient.standing()) {
                            case WAITING -> "waiting";
                            case DELIVERED -> "delivered";
                            case FAILED -> "failed";
                        })
                .put("attempts", recipient.attempts())
                .put("delayTold", recipient.delayTold());
        put(node, "due", recipient.due().map(Object::toString));
        recipient.reason().ifPresent(reason -> node.set("reason", reason(reason)));
        return node;
    }

    private static ObjectNode reason(Reason reason) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("sentence", reason.sentence());
        put(node, "status", reason.status().map(Object::toString));
        put(node, "host", reason.host());
        put(node, "reply", reason.reply());
        put(node, "rule", reason.rule());
        put(node, "remedy", reason.remedy().or(() -> reason.rule().flatMap(Remedies::of)));
        return node;
    }

    private static void put(ObjectNode node, String name, Optional<String> value) {
        value.ifPresent(text -> node.put(name, text));
    }
}
