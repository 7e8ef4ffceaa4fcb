package dev.tollgate.door;

import java.io.IOException;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;

/** Answers in JSON, to browsers too, where neither a route nor a static file did; below an API's root as that API says no. */
@Controller
class DoorErrors implements ErrorController {

    @RequestMapping("${server.error.path:${error.path:/error}}")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        HttpStatus status = code instanceof Integer number ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
        HttpStatus known = status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status;
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        (path instanceof String asked ? Dialect.of(asked) : Dialect.ENVELOPE).write(request, response,
                Refusal.of(known.value(), known.getReasonPhrase()));
    }
}
