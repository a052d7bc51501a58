package org.hikyaku.lab;

import java.time.Duration;
import java.util.Optional;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.Resolver;
import org.hikyaku.net.Deadline;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** Answers as a recursive resolver that does not validate: what the resolver in memory says. */
record RecursiveAnswers(Resolver resolver) implements DnsResponder {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public Optional<Message> answer(Message query, boolean dnssec) {
        Message answer = DnsResponder.begin(query);
        answer.getHeader().setFlag(Flags.RA);
        Question question =
                new Question(query.getQuestion().getName(), query.getQuestion().getType());
        switch (resolver.ask(question, Deadline.after(PATIENCE))) {
            case Reply.Received received -> DnsResponder.copy(received.message(), answer, dnssec, question.type());
            case Reply.Unusable unusable -> {
                if (unusable.failure().kind() == Failure.Kind.TIMEOUT) {
                    return Optional.empty();
                }
                answer.getHeader()
                        .setRcode(unusable.failure().kind() == Failure.Kind.REFUSED ? Rcode.REFUSED : Rcode.SERVFAIL);
            }
        }
        return Optional.of(answer);
    }
}
