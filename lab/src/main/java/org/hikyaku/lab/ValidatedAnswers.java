package org.hikyaku.lab;

import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Resolver;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/**
 * Answers as a validating resolver: AD on what is secure (to those who ask for signatures or set AD themselves, RFC 6840
 * section 5.8), SERVFAIL with an Extended DNS Error for what is bogus (RFC 8914), the records as they are for CD
 * (RFC 4035 section 3.2.2).
 */
record ValidatedAnswers(Resolver resolver, Lookup validator) implements DnsResponder {
    /** RFC 8914 section 4.23 and 4.24. */
    private static final int NO_REACHABLE_AUTHORITY = 22;

    private static final int NETWORK_ERROR = 23;

    @Override
    public Optional<Message> answer(Message query, boolean dnssec) {
        boolean unchecked = query.getHeader().getFlag(Flags.CD);
        Question question =
                new Question(query.getQuestion().getName(), query.getQuestion().getType());
        if (unchecked) {
            // a resolver gives up on name servers that keep silent, and says so
            Optional<Message> raw = new RecursiveAnswers(resolver).answer(query, dnssec);
            return raw.isPresent() ? raw : Optional.of(failure(query, NO_REACHABLE_AUTHORITY, "no answer in time"));
        }
        return Optional.of(
                switch (validator.lookup(question)) {
                    case Answer.Secure _ -> {
                        Message answer = unchecked(query, dnssec);
                        if (dnssec || query.getHeader().getFlag(Flags.AD)) {
                            answer.getHeader().setFlag(Flags.AD);
                        }
                        yield answer;
                    }
                    case Answer.Insecure _ -> unchecked(query, dnssec);
                    case Answer.Bogus bogus ->
                        failure(
                                query,
                                bogus.reason().code().code(),
                                bogus.reason().sentence());
                    case Answer.Failed failed ->
                        failure(
                                query,
                                failed.failure().kind() == Failure.Kind.TIMEOUT
                                        ? NO_REACHABLE_AUTHORITY
                                        : NETWORK_ERROR,
                                failed.failure().sentence());
                });
    }

    private Message unchecked(Message query, boolean dnssec) {
        return new RecursiveAnswers(resolver)
                .answer(query, dnssec)
                .orElseGet(() -> failure(query, NO_REACHABLE_AUTHORITY, "no answer in time"));
    }

    private static Message failure(Message query, int code, String why) {
        Message answer = DnsResponder.begin(query);
        answer.getHeader().setFlag(Flags.RA);
        answer.getHeader().setRcode(Rcode.SERVFAIL);
        if (query.getOPT() != null) {
            List<EDNSOption> options = List.of(new ExtendedErrorCodeOption(code, why));
            answer.addRecord(
                    new OPTRecord(DnsServer.MAX_UDP, 0, 0, query.getOPT().getFlags(), options), Section.ADDITIONAL);
        }
        return answer;
    }
}
