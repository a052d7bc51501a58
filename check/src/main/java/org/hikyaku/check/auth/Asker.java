package org.hikyaku.check.auth;

import java.util.List;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Question;

/** Has questions answered, all at the same time. */
@FunctionalInterface
public interface Asker {
    /** One validated answer for each question, in their order. */
    List<Answer> ask(List<Question> questions);
}
