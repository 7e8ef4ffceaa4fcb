// Shows /openapi.json in the viewer. Where the gateway asks for a key, so does this page, and sends it with every call.
'use strict';
(() => {
  const ask = document.getElementById('ask');
  const wrong = document.getElementById('wrong');
  let key = null;

  const withKey = request => {
    if (key && new URL(request.url, location.href).origin === location.origin) {
      request.headers = { ...request.headers, Authorization: 'Bearer ' + key };
    }
    return request;
  };

  const show = async () => {
    const answer = await fetch('/openapi.json', key ? { headers: { Authorization: 'Bearer ' + key } } : {});
    if (answer.status === 401 || answer.status === 403) {
      wrong.textContent = key ? 'That key may not see it.' : '';
      ask.hidden = false;
      document.getElementById('key').focus();
      return;
    }
    ask.hidden = true;
    SwaggerUIBundle({
      spec: await answer.json(),
      dom_id: '#api',
      requestInterceptor: withKey,
      validatorUrl: null,
      docExpansion: 'list',
      deepLinking: false,
    });
  };

  ask.addEventListener('submit', event => {
    event.preventDefault();
    key = document.getElementById('key').value;
    show();
  });

  show();
})();
