package org.hikyaku.conformance.attack;

import java.util.stream.Collectors;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** DNS answers in few words. */
final class DnsWords {
    private DnsWords() {}

    static String of(Question question, Reply reply) {
        return switch (reply) {
            case Reply.Unusable unusable -> unusable.failure().sentence();
            case Reply.Received received -> {
                String records = received.message().getSection(Section.ANSWER).stream()
                        .map(r -> Type.string(r.getType()) + " " + r.rdataToString())
                        .collect(Collectors.joining("\n"));
                yield records.isEmpty() ? "no " + Type.string(question.type()) + " record" : records;
            }
        };
    }
}
