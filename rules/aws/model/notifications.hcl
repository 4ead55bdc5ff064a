# Who sends to queues and topics and calls functions on behalf of AWS, and whether they are let in.

# Resources through which a service of AWS acts, by the principal that it acts as. Where it is given a role, it acts as that role.
define "acts_as" {
  of = ["aws_sns_topic", "aws_sns_topic_subscription"]
  is = "sns.amazonaws.com"
}

define "acts_as" {
  of = ["aws_cloudwatch_event_rule", "aws_cloudwatch_event_bus"]
  is = "events.amazonaws.com"
}

define "acts_as" {
  of = "aws_cloudwatch_event_target"
  is = default(self.role_arn, "") != "" ? "" : "events.amazonaws.com"
}

define "acts_as" {
  of = ["aws_s3_bucket", "aws_s3_bucket_notification"]
  is = "s3.amazonaws.com"
}

define "acts_as" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  is = "cloudwatch.amazonaws.com"
}

define "acts_as" {
  of = "aws_db_event_subscription"
  is = "events.rds.amazonaws.com"
}

define "acts_as" {
  of = "aws_budgets_budget"
  is = "budgets.amazonaws.com"
}

define "acts_as" {
  of = "aws_ce_anomaly_subscription"
  is = "costalerts.amazonaws.com"
}

define "acts_as" {
  of = "aws_backup_vault_notifications"
  is = "backup.amazonaws.com"
}

define "acts_as" {
  of = "aws_codestarnotifications_notification_rule"
  is = "codestar-notifications.amazonaws.com"
}

define "acts_as" {
  of = "aws_api_gateway_integration"
  is = default(self.credentials, "") != "" ? "" : "apigateway.amazonaws.com"
}

define "acts_as" {
  of = "aws_apigatewayv2_integration"
  is = default(self.credentials_arn, "") != "" ? "" : "apigateway.amazonaws.com"
}

define "acts_as" {
  of = "aws_api_gateway_authorizer"
  is = default(self.authorizer_credentials, "") != "" ? "" : "apigateway.amazonaws.com"
}

define "acts_as" {
  of = "aws_apigatewayv2_authorizer"
  is = default(self.authorizer_credentials_arn, "") != "" ? "" : "apigateway.amazonaws.com"
}

define "acts_as" {
  of = ["aws_lb_target_group_attachment", "aws_alb_target_group_attachment"]
  is = "elasticloadbalancing.amazonaws.com"
}

define "acts_as" {
  of = "aws_cognito_user_pool"
  is = "cognito-idp.amazonaws.com"
}

define "acts_as" {
  of = "aws_iot_topic_rule"
  is = "iot.amazonaws.com"
}

# What calls a function by itself, and asks the function's own policy whether it may.
set "function_caller" {
  types = [
    "aws_sns_topic_subscription",
    "aws_cloudwatch_event_target",
    "aws_s3_bucket_notification",
    "aws_api_gateway_integration",
    "aws_apigatewayv2_integration",
    "aws_api_gateway_rest_api",
    "aws_apigatewayv2_api",
    "aws_api_gateway_authorizer",
    "aws_apigatewayv2_authorizer",
    "aws_lb_target_group_attachment",
    "aws_alb_target_group_attachment",
    "aws_cognito_user_pool",
    "aws_iot_topic_rule",
    "aws_cloudwatch_metric_alarm",
    "aws_cloudwatch_composite_alarm",
    "aws_cloudwatch_log_subscription_filter",
    "aws_config_config_rule",
    "aws_secretsmanager_secret_rotation",
  ]
}

# The service as which it calls: `acts_as`, except where another one calls functions. Empty where it calls with a role.
define "calls_as" {
  of = "function_caller"
  is = (
    is(self, "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm") ? "lambda.alarms.cloudwatch.amazonaws.com" :
    is(self, "aws_api_gateway_rest_api", "aws_apigatewayv2_api") ? "apigateway.amazonaws.com" :
    is(self, "aws_cloudwatch_log_subscription_filter") ? "logs.amazonaws.com" :
    is(self, "aws_config_config_rule") ? "config.amazonaws.com" :
    is(self, "aws_secretsmanager_secret_rotation") ? "secretsmanager.amazonaws.com" :
    default(acts_as(self), "")
  )
}

# The values by which it calls, of resources that refer to functions for other reasons as well.
define "calls_by" {
  of = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
  is = [for i in integrations(self) : i.uri if default(i.credentials, "") == ""]
}

define "calls_by" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  is = concat(default(self.alarm_actions, []), default(self.ok_actions, []), default(self.insufficient_data_actions, []))
}

# What calls a function, or an alias of one. An alarm that watches the function refers to it by a dimension, and what is listed with the function
# may do so, too.
define "function_callers" {
  of = ["aws_lambda_function", "aws_lambda_alias"]
  is = [
    for c in referrers(self, "refers", "function_caller") : c
    if(
      !contains(linked(c, "watches"), self)
      && (is(c, "calls_by") ? length([for value in calls_by(c) : value if contains(refs(value), self)]) > 0 : true)
    )
  ]
}

# The value by which a caller names its function, where it has one argument for that.
define "names_function" {
  of = "aws_cloudwatch_event_target"
  is = self.arn
}

define "names_function" {
  of = "aws_sns_topic_subscription"
  is = self.endpoint
}

define "names_function" {
  of = "aws_api_gateway_integration"
  is = self.uri
}

define "names_function" {
  of = "aws_apigatewayv2_integration"
  is = self.integration_uri
}

define "names_function" {
  of = ["aws_api_gateway_authorizer", "aws_apigatewayv2_authorizer"]
  is = self.authorizer_uri
}

define "names_function" {
  of = ["aws_lb_target_group_attachment", "aws_alb_target_group_attachment"]
  is = self.target_id
}

define "names_function" {
  of = "aws_cloudwatch_log_subscription_filter"
  is = self.destination_arn
}

define "names_function" {
  of = "aws_secretsmanager_secret_rotation"
  is = self.rotation_lambda_arn
}

# Where notifications of other services go.
link "aws_budgets_budget" "notification.subscriber_sns_topic_arns" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_ce_anomaly_subscription" "subscriber.address" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_backup_vault_notifications" "sns_topic_arn" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_codestarnotifications_notification_rule" "target.address" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_sns_topic_policy" "arn" {
  to    = "aws_sns_topic"
  means = "configures"
}

link "aws_kms_key_policy" "key_id" {
  to    = "aws_kms_key"
  means = "configures"
}

link "aws_kms_alias" "target_key_id" {
  to    = "aws_kms_key"
  means = "configures"
}

# The rules all of whose targets for it have a role: they send as that role.
define "sends_by_role" {
  of = ["aws_sqs_queue", "aws_sns_topic"]
  is = [
    for rule in referrers(self, "sends", "aws_cloudwatch_event_rule") : rule
    if(
      length([for t in targets_of(rule) : t if contains(refs(t.arn), self) && default(t.role_arn, "") != ""]) > 0
      && length([for t in targets_of(rule) : t if contains(refs(t.arn), self) && default(t.role_arn, "") == ""]) == 0
    )
  ]
}

define "targets_of" {
  of = "aws_cloudwatch_event_rule"
  is = referrers(self, "refers", "aws_cloudwatch_event_target")
}

# The senders that a queue or a topic gets messages from, of those that act as a service.
define "senders" {
  of = "aws_sqs_queue"
  is = concat(
    referrers(
      self, "sends",
      "aws_sns_topic", "aws_sns_topic_subscription", "aws_cloudwatch_event_target", "aws_s3_bucket", "aws_s3_bucket_notification",
    ),
    [for rule in referrers(self, "sends", "aws_cloudwatch_event_rule") : rule if !contains(sends_by_role(self), rule)],
  )
}

define "senders" {
  of = "aws_sns_topic"
  is = concat(
    referrers(self, "sends", "aws_cloudwatch_event_target", "aws_s3_bucket", "aws_s3_bucket_notification"),
    [for rule in referrers(self, "sends", "aws_cloudwatch_event_rule") : rule if !contains(sends_by_role(self), rule)],
    referrers(
      self, "notifies",
      "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm", "aws_budgets_budget", "aws_ce_anomaly_subscription",
      "aws_backup_vault_notifications", "aws_codestarnotifications_notification_rule", "aws_db_event_subscription",
    ),
  )
}

# Those that put what they cannot deliver into a queue, and act as a service there.
define "dead_letter_senders" {
  of = "aws_sqs_queue"
  is = referrers(self, "redrives_to", "aws_sns_topic_subscription", "aws_cloudwatch_event_target", "aws_cloudwatch_event_bus")
}

# The documents that say who may send to it: its own and those of companions.
define "access_policies" {
  of = "aws_sqs_queue"
  is = concat(
    [for text in [self.policy] : text if default(text, "") != ""],
    [for c in referrers(self, "configures", "aws_sqs_queue_policy") : c.policy],
  )
}

define "access_policies" {
  of = "aws_sns_topic"
  is = concat(
    [for text in [self.policy] : text if default(text, "") != ""],
    [for c in referrers(self, "configures", "aws_sns_topic_policy") : c.policy],
  )
}

define "access_policies" {
  of = "aws_kms_key"
  is = concat(
    [for text in [self.policy] : text if default(text, "") != ""],
    [for c in referrers(self, "configures", "aws_kms_key_policy") : c.policy],
  )
}

# What a statement has to allow, so that somebody can send: to what is encrypted one who may use the key in both ways.
define "sending_actions" {
  of = "aws_sqs_queue"
  is = ["sqs:sendmessage"]
}

define "sending_actions" {
  of = "aws_sns_topic"
  is = ["sns:publish"]
}

define "sending_actions" {
  of = "aws_kms_key"
  is = ["kms:generatedatakey", "kms:decrypt"]
}

# The statements of these documents that are about the resource: whom each names, which of these actions it is about, and from which sources it
# admits (null: from any). An ARN is never a service. `owner` is everybody who acts for the account that owns the resource.
define "sending_statements" {
  of = ["aws_sqs_queue", "aws_sns_topic", "aws_kms_key"]
  is = flatten([
    for text in access_policies(self) : [
      for s in flatten([jsondecode(text).Statement]) : {
        allows = try(s.Effect, "Allow") == "Allow"
        always = length(try(s.Condition, {})) == 0 && try(s.NotPrincipal, null) == null
        actions = [
          for action in sending_actions(self) : action
          if(
            try(s.NotAction, null) != null
            ? !anytrue([for p in flatten([s.NotAction]) : length(regexall("^${replace(replace(lower(p), "*", ".*"), "?", ".")}$", action)) > 0])
            : anytrue([for p in flatten([try(s.Action, "*")]) : length(regexall("^${replace(replace(lower(p), "*", ".*"), "?", ".")}$", action)) > 0])
          )
        ]
        # A service that acts for itself belongs to no organisation. A test of one does not hold for it, and a negated test does.
        of_principals = anytrue(flatten([
          for operator, test in try(s.Condition, {}) : [for key in keys(test) : can(regex("^aws:principalorg(id|paths)$", lower(key)))]
          if !can(regex("not|ifexists|forallvalues|^null$", lower(operator)))
        ]))
        of_others = length(try(s.Condition, {})) > 0 && alltrue(flatten([
          for operator, test in try(s.Condition, {}) : [
            for key in keys(test) : can(regex("^aws:principalorg(id|paths)$", lower(key))) && can(regex("^string(not|.*ifexists)", lower(operator)))
          ]
        ]))
        who = [
          for who in flatten([
            try(s.NotPrincipal, null) != null ? ["*"] : [],
            try(s.Principal.Service, []),
            [for a in flatten([try(s.Principal.AWS, [])]) : a if !startswith(a, "arn:")],
            try(tostring(s.Principal), []),
          ]) :
          who == "*" && anytrue(flatten([for test in values(try(s.Condition, {})) : [for key in keys(test) : lower(key) == "aws:sourceowner"]])) ? "owner" : who
        ]
        sources = (
          anytrue(flatten([for test in values(try(s.Condition, {})) : [for key in keys(test) : lower(key) == "aws:sourcearn"]]))
          ? flatten([for test in values(try(s.Condition, {})) : [for key, value in test : value if lower(key) == "aws:sourcearn"]])
          : null
        )
      }
      if(
        is(self, "aws_kms_key")
        || (try(s.NotResource, null) != null ? !names(s.NotResource, self) : contains(flatten([try(s.Resource, "*")]), "*") || names(try(s.Resource, "*"), self))
      )
    ]
  ])
}

# Whom a statement refuses without a condition, whatever another one allows.
define "refuses" {
  of = ["aws_sqs_queue", "aws_sns_topic", "aws_kms_key"]
  is = flatten([for s in sending_statements(self) : s.who if !s.allows && s.always && length(s.actions) > 0])
}

# Whether a statement refuses everybody outside of an organisation, and with them every service that acts for itself.
define "refuses_services" {
  of = ["aws_sqs_queue", "aws_sns_topic", "aws_kms_key"]
  is = anytrue([for s in sending_statements(self) : contains(s.who, "*") if !s.allows && s.of_others && length(s.actions) > 0])
}

# Whom a statement allows, as far as it may act: where services are refused, those who act for the account are left.
define "allowed" {
  of = ["aws_sqs_queue", "aws_sns_topic", "aws_kms_key"]
  is = [
    for s in sending_statements(self) : {
      who     = [for who in s.who : s.of_principals || refuses_services(self) && (who == "*" || can(regex("[.]amazonaws[.]com", who))) ? "owner" : who]
      actions = s.actions
    }
    if s.allows
  ]
}

# The principals that may send: services, accounts, or `*`; `owner` for everybody who acts for the account that owns it.
define "admits" {
  of = ["aws_sqs_queue", "aws_sns_topic", "aws_kms_key"]
  is = [
    for who in flatten([for s in allowed(self) : s.who]) : who
    if(
      !contains(refuses(self), who)
      && !contains(refuses(self), "*")
      && alltrue([for action in sending_actions(self) : contains(flatten([for s in allowed(self) : s.who if contains(s.actions, action)]), who)])
    )
  ]
}

# The key of the customer that encrypts it, where it stands in this configuration.
define "encryption_keys" {
  of = ["aws_sqs_queue", "aws_sns_topic"]
  is = concat(
    refs(self.kms_master_key_id, "aws_kms_key"),
    flatten([for a in refs(self.kms_master_key_id, "aws_kms_alias") : refs(a.target_key_id, "aws_kms_key")]),
  )
}

# For whom a caller of functions calls: the topic, the rule, the bucket, the API.
define "calls_for" {
  of = "aws_sns_topic_subscription"
  is = refs(self.topic_arn, "aws_sns_topic")
}

define "calls_for" {
  of = "aws_cloudwatch_event_target"
  is = refs(self.rule, "aws_cloudwatch_event_rule")
}

define "calls_for" {
  of = "aws_s3_bucket_notification"
  is = refs(self.bucket, "aws_s3_bucket")
}

define "calls_for" {
  of = "aws_api_gateway_integration"
  is = refs(self.rest_api_id, "aws_api_gateway_rest_api")
}

define "calls_for" {
  of = "aws_apigatewayv2_integration"
  is = refs(self.api_id, "aws_apigatewayv2_api")
}

define "calls_for" {
  of = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
  is = [self]
}

define "calls_for" {
  of = "aws_api_gateway_authorizer"
  is = refs(self.rest_api_id, "aws_api_gateway_rest_api")
}

define "calls_for" {
  of = "aws_apigatewayv2_authorizer"
  is = refs(self.api_id, "aws_apigatewayv2_api")
}

# Whether the source of a permission has a form in which no source of the service that it admits is ever named: an API calls as its execution ARN with a stage
# and a method behind it, a rule, a topic and a bucket with nothing behind theirs. Only configuration tells of what a value is made.
define "source_never_matches" {
  of = "aws_lambda_permission"
  is = has_configuration() && (
    length(refs(self.source_arn, "aws_api_gateway_rest_api", "aws_apigatewayv2_api")) > 0
    ? (
      is_attribute(self.source_arn)
      || length(fragments(self.source_arn)) == 2 && fragments(self.source_arn)[0] == null && made_of(self.source_arn)[0] == "arn"
    )
    : (
      length(refs(self.source_arn, "aws_cloudwatch_event_rule", "aws_sns_topic", "aws_s3_bucket")) > 0
      && length(fragments(self.source_arn)) == 2
      && fragments(self.source_arn)[0] == null
      && can(regex("^[/:]", fragments(self.source_arn)[1]))
      && made_of(self.source_arn)[0] == "arn"
    )
  )
}

# The part of its ARN that a configuration decides.
define "name_in_source" {
  of = ["aws_cloudwatch_event_rule", "aws_sns_topic"]
  is = self.name
}

define "name_in_source" {
  of = "aws_s3_bucket"
  is = self.bucket
}

# Who is admitted, and from which sources: null where any may come.
define "admits_from" {
  of = ["aws_sqs_queue", "aws_sns_topic"]
  is = flatten([
    for s in sending_statements(self) : [for who in s.who : { who = who, sources = s.sources }] if s.allows && length(s.actions) > 0
  ])
}

# Paging services that hear of what is published to it.
define "pagers" {
  of = "aws_sns_topic"
  is = [
    for s in referrers(self, "refers", "aws_sns_topic_subscription") : s
    if s.protocol == "https" && can(regex("pagerduty|opsgenie|victorops|splunkoncall|incident[.]io|betterstack|squadcast|zenduty|grafana", s.endpoint))
  ]
}
