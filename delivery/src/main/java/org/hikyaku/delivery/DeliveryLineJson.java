package org.hikyaku.delivery;

import org.hikyaku.net.Addresses;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a {@link DeliveryLine} as one JSON object; a field that does not apply is left out. */
final class DeliveryLineJson {
    static final String SCHEMA = "hikyaku.delivery/1";

    private DeliveryLineJson() {}

    static String of(DeliveryLine line) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("schema", SCHEMA)
                .put("at", line.at().toString())
                .put("queueId", line.queueId())
                .put("to", line.recipient())
                .put("outcome", line.outcome().token())
                .put("dsn", line.status().toString());
        line.host().ifPresent(h -> json.put("host", h));
        line.address()
                .ifPresent(
                        a -> json.put("address", Addresses.text(a.getAddress())).put("port", a.getPort()));
        DeliveryLine.Tls tls = line.tls();
        ObjectNode t = json.putObject("tls")
                .put("trust", tls.trust().word())
                .put("wanted", tls.wanted())
                .put("got", tls.got());
        tls.session().ifPresent(s -> {
            t.put("version", s.version()).put("cipher", s.cipher()).put("bits", s.bits());
            s.group().ifPresent(g -> t.put("group", g));
        });
        tls.by().ifPresent(by -> t.put("by", by));
        DeliveryLine.Delays delays = line.delays();
        json.putObject("delays")
                .put("queued", delays.queued().toMillis() / 1000.0)
                .put("waited", delays.waited().toMillis() / 1000.0)
                .put("connecting", delays.connecting().toMillis() / 1000.0)
                .put("sending", delays.sending().toMillis() / 1000.0);
        json.put("reused", line.reused());
        line.rule().ifPresent(r -> json.put("rule", r));
        line.reply().ifPresent(r -> json.put("reply", r.toString()));
        json.put("why", line.sentence());
        return json.toString();
    }
}
