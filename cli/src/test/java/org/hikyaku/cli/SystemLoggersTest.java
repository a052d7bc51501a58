package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reaches java.util.logging is what the JDK's own provider hands on. */
class SystemLoggersTest {
    private static final String NAME = SystemLoggersTest.class.getName();

    private final Logger receiving = Logger.getLogger(NAME);
    private final List<LogRecord> received = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            received.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** What libraries get: the provider is found as a service. */
    private final System.Logger logger = System.getLogger(NAME);

    @BeforeEach
    void listen() {
        receiving.setUseParentHandlers(false);
        receiving.setLevel(Level.ALL);
        receiving.addHandler(handler);
    }

    @AfterEach
    void away() {
        receiving.removeHandler(handler);
        receiving.setLevel(null);
        receiving.setUseParentHandlers(true);
    }

    private LogRecord only() {
        assertThat(received).hasSize(1);
        return received.getFirst();
    }

    @Test
    void isTheProviderThatTheJdkFinds() {
        assertThat(System.LoggerFinder.getLoggerFinder()).isInstanceOf(SystemLoggers.class);
    }

    /** The severities of System.Logger.Level are defined as those of java.util.logging. */
    @ParameterizedTest
    @EnumSource(
            value = System.Logger.Level.class,
            names = {"TRACE", "DEBUG", "INFO", "WARNING", "ERROR"})
    void levelsAreThoseOfTheSameSeverity(System.Logger.Level level) {
        logger.log(level, "said");

        assertThat(only().getLevel().intValue()).isEqualTo(level.getSeverity());
        assertThat(only().getMessage()).isEqualTo("said");
        assertThat(only().getLoggerName()).isEqualTo(NAME);
    }

    @ParameterizedTest
    @EnumSource(
            value = System.Logger.Level.class,
            names = {"TRACE", "DEBUG", "INFO", "WARNING", "ERROR"})
    void whatIsBelowTheLevelIsNotLogged(System.Logger.Level level) {
        receiving.setLevel(Level.WARNING);
        boolean expected = level.getSeverity() >= Level.WARNING.intValue();

        logger.log(level, "said");

        assertThat(logger.isLoggable(level)).isEqualTo(expected);
        assertThat(received).hasSize(expected ? 1 : 0);
    }

    @Test
    void parametersAreFilledIn() {
        logger.log(System.Logger.Level.INFO, "{0} of {1}", 3, "many");

        assertThat(new SimpleFormatter().formatMessage(only())).isEqualTo("3 of many");
    }

    @Test
    void whatWasThrownIsKept() {
        IllegalStateException thrown = new IllegalStateException("why");

        logger.log(System.Logger.Level.ERROR, "failed", thrown);

        assertThat(only().getThrown()).isSameAs(thrown);
    }

    @Test
    void theCallerIsWhoLogged() {
        logger.log(System.Logger.Level.INFO, "said");

        assertThat(only().getSourceClassName()).isEqualTo(NAME);
        assertThat(only().getSourceMethodName()).isEqualTo("theCallerIsWhoLogged");
    }

    @Test
    void messagesOfABundleAreThoseOfTheBundle() {
        System.Logger translated = System.getLogger(NAME, new Words());

        translated.log(System.Logger.Level.INFO, "greeting", "Alice");

        assertThat(new SimpleFormatter().formatMessage(only())).isEqualTo("Hello Alice");
    }

    /** A message and what it is in words. */
    public static final class Words extends ListResourceBundle {
        @Override
        protected Object[][] getContents() {
            return new Object[][] {{"greeting", "Hello {0}"}};
        }
    }
}
