package org.hikyaku.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.hikyaku.check.DomainChecker;
import org.slf4j.LoggerFactory;

/** Warnings and worse to standard error. In code rather than XML: it is ready in a few milliseconds. */
public final class LogConfiguration extends ContextAwareBase implements Configurator {

    /** Has faults of our own shown with their stack traces, also those that cost only a part of the run. */
    static void showFaults() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(DomainChecker.class).setLevel(Level.DEBUG);
        }
    }

    /** Has a service say what a command would report by itself: policies that cannot be fetched. */
    static void showForService() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("org.hikyaku.policy.StsCache").setLevel(Level.WARN);
        }
    }

    /** What a relay has to tell its operator; each delivery has its own line besides. */
    static void showForRelay() {
        showForService();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("org.hikyaku.relay").setLevel(Level.INFO);
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSX, UTC} %level %logger{0}: %msg%n");
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        // What cannot be fetched is a finding of the command that asked; a warning besides would say it twice.
        context.getLogger("org.hikyaku.policy.StsCache").setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
