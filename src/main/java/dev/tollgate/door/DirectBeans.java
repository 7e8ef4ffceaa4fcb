package dev.tollgate.door;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.stereotype.Component;

/**
 * Calls the method of a {@code bean} step that takes nothing but the exchange and returns nothing. Camel looks through all methods of
 * the bean for each call, to find out which one is meant and what its parameters are to be. Other methods are left to it.
 */
@Component
final class DirectBeans extends StepInterceptor {

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target, Processor next) {
        if (!(node instanceof BeanDefinition step) || step.getRef() == null || step.getMethod() == null) {
            return target;
        }
        Object bean = context.getRegistry().lookupByName(context.resolvePropertyPlaceholders(step.getRef()));
        String name = context.resolvePropertyPlaceholders(step.getMethod());
        return Optional.ofNullable(bean).flatMap(found -> ofExchange(found.getClass(), name))
                .<Processor>map(method -> new Call(target, bean, method)).orElse(target);
    }

    /** The only method of that name, if it takes the exchange and returns nothing. */
    private static Optional<Method> ofExchange(Class<?> type, String name) {
        Method[] named = Stream.of(type.getMethods()).filter(method -> method.getName().equals(name) && !method.isBridge()).toArray(Method[]::new);
        boolean plain = named.length == 1 && named[0].getReturnType() == void.class && !Modifier.isStatic(named[0].getModifiers())
                && named[0].getParameterCount() == 1 && named[0].getParameterTypes()[0] == Exchange.class;
        return plain && named[0].trySetAccessible() ? Optional.of(named[0]) : Optional.empty();
    }

    /** Keeps the step inside, which Camel starts, stops and describes. */
    private static final class Call extends DelegateAsyncProcessor {

        private final Object bean;
        private final Method method;

        Call(Processor step, Object bean, Method method) {
            super(step);
            this.bean = bean;
            this.method = method;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            try {
                method.invoke(bean, exchange);
            }
            catch (InvocationTargetException thrown) {
                exchange.setException(thrown.getCause());
            }
            catch (IllegalAccessException notOpen) {
                exchange.setException(notOpen);
            }
            callback.done(true);
            return true;
        }
    }
}
