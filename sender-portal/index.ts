// The web application with which people get documents signed, in a browser.
export { countPortalKeyUses } from './database/open-database.js';
export { startSenderPortal, type SenderPortal, type SenderPortalOptions } from './start-sender-portal.js';
