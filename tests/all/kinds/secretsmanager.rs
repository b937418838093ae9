mod secret;
