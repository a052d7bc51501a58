package org.hikyaku.policy;

import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Words for DNS answers. */
final class AnswerText {

    private AnswerText() {}

    /** A name as people write it, without the final dot. */
    static String name(Name name) {
        return name.equals(Name.root) ? "." : name.toString(true);
    }

    /** Why an answer cannot be used, a sentence; empty when it can. */
    static Optional<String> failure(Answer answer) {
        return switch (answer) {
            case Answer.Definite _ -> Optional.empty();
            case Answer.Bogus bogus -> Optional.of(sentence(bogus));
            case Answer.Failed failed -> Optional.of(sentence(failed));
        };
    }

    static String sentence(Answer.Bogus bogus) {
        return "DNSSEC says that the answer for " + question(bogus) + " is bogus: "
                + bogus.reason().sentence();
    }

    static String sentence(Answer.Failed failed) {
        return "The look-up of " + question(failed) + " failed: "
                + failed.failure().sentence();
    }

    static String question(Answer answer) {
        return name(answer.question().name()) + " "
                + Type.string(answer.question().type());
    }
}
