package org.hikyaku.check.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.net.Limit;
import org.xbill.DNS.Name;

/**
 * The answers that a reading has so far, and what it would like to know next. A reading runs several times, each time
 * with the answers to what it asked for before, until it asks nothing more.
 */
public final class KnownAnswers {
    /** A record names other names as it likes; reading it must not be something to aim at strangers with. */
    public static final Limit MAX_QUESTIONS = new Limit("DNS look-ups for one mail authentication record", 150);

    private final Map<Question, Answer> answers = new LinkedHashMap<>();
    private final Set<Question> wanted = new LinkedHashSet<>();

    private KnownAnswers() {}

    /** Reads, with as many rounds of questions as the reading needs. */
    public static <T> T read(Asker asker, Function<KnownAnswers, T> reading) {
        KnownAnswers known = new KnownAnswers();
        T result = reading.apply(known);
        while (!known.wanted.isEmpty()) {
            known.answerWanted(asker);
            result = reading.apply(known);
        }
        return result;
    }

    private void answerWanted(Asker asker) {
        long room = MAX_QUESTIONS.value() - answers.size();
        List<Question> asked = wanted.stream().limit(room).toList();
        List<Answer> found = asker.ask(asked);
        for (int i = 0; i < asked.size(); i++) {
            answers.put(asked.get(i), found.get(i));
        }
        wanted.stream().skip(room).forEach(q -> answers.put(q, pastTheLimit(q)));
        wanted.clear();
    }

    private static Answer pastTheLimit(Question question) {
        return new Answer.Failed(
                question,
                new Failure(
                        Failure.Kind.LIMIT,
                        "It was not asked for: the limit of " + MAX_QUESTIONS.value() + " " + MAX_QUESTIONS.name()
                                + " is reached."));
    }

    /** The answer; empty when it is not there yet and will be when the reading runs again. */
    public Optional<Answer> get(Name name, int type) {
        Question question = new Question(name, type);
        Optional<Answer> answer = Optional.ofNullable(answers.get(question));
        if (answer.isEmpty()) {
            wanted.add(question);
        }
        return answer;
    }

    /** Everything that was answered, in the order of asking. */
    public List<Answer> all() {
        return new ArrayList<>(answers.values());
    }
}
