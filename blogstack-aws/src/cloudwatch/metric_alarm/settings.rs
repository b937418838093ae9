//! All that an alarm is set to, as one call sets it.

use aws_sdk_cloudwatch::{
    Client,
    operation::put_metric_alarm::builders::PutMetricAlarmFluentBuilder as Put,
    types::{self, ComparisonOperator as SdkOperator},
};
use blogstack_core::{
    Set, Tags,
    provider::{Change, Changes, Result},
};

use super::{Dimension, DimensionValue, Metric, MetricAlarm, MetricAlarmInputs, MetricDataQuery, MetricStat, TreatMissingData};
use crate::values::{Arn, Decimal, count, of_word, word};

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// An alarm as the program declares it. What it does not set is as AWS has it.
pub(super) fn of_inputs(name: &str, inputs: MetricAlarmInputs) -> MetricAlarm {
    MetricAlarm {
        comparison_operator: inputs.comparison_operator,
        evaluation_periods: inputs.evaluation_periods,
        alarm_name: name.to_owned(),
        alarm_description: inputs.alarm_description,
        actions_enabled: inputs.actions_enabled.unwrap_or(true),
        alarm_actions: inputs.alarm_actions,
        ok_actions: inputs.ok_actions,
        insufficient_data_actions: inputs.insufficient_data_actions,
        metric_name: inputs.metric_name,
        namespace: inputs.namespace,
        dimensions: inputs.dimensions,
        statistic: inputs.statistic,
        extended_statistic: inputs.extended_statistic,
        period: inputs.period,
        unit: inputs.unit,
        metrics: inputs.metrics,
        datapoints_to_alarm: inputs.datapoints_to_alarm,
        threshold: inputs.threshold,
        threshold_metric_id: inputs.threshold_metric_id,
        treat_missing_data: inputs.treat_missing_data.unwrap_or(TreatMissingData::Missing),
        evaluate_low_sample_count_percentile: inputs.evaluate_low_sample_count_percentile,
        tags: inputs.tags,
        arn: Arn(String::new()),
    }
}

/// An alarm as AWS tells it, without tags; none that looks at something else than metrics.
pub(super) fn of_sdk(alarm: types::MetricAlarm) -> Option<MetricAlarm> {
    let actions = |arns: Option<Vec<String>>| Some(arns.unwrap_or_default().into_iter().map(Arn).collect());
    Some(MetricAlarm {
        comparison_operator: of_word(alarm.comparison_operator?.as_str())?,
        evaluation_periods: count(alarm.evaluation_periods)?,
        alarm_name: alarm.alarm_name?,
        alarm_description: alarm.alarm_description.filter(|text| !text.is_empty()),
        actions_enabled: alarm.actions_enabled.unwrap_or(true),
        alarm_actions: actions(alarm.alarm_actions),
        ok_actions: actions(alarm.ok_actions),
        insufficient_data_actions: actions(alarm.insufficient_data_actions),
        metric_name: alarm.metric_name,
        namespace: alarm.namespace,
        dimensions: Some(dimensions(alarm.dimensions)),
        statistic: alarm.statistic.and_then(|word| of_word(word.as_str())),
        extended_statistic: alarm.extended_statistic,
        period: count(alarm.period),
        unit: alarm.unit.and_then(|word| of_word(word.as_str())),
        metrics: Some(alarm.metrics.unwrap_or_default().into_iter().filter_map(query_of_sdk).collect()),
        datapoints_to_alarm: count(alarm.datapoints_to_alarm),
        threshold: alarm.threshold.and_then(Decimal::new),
        threshold_metric_id: alarm.threshold_metric_id,
        treat_missing_data: alarm.treat_missing_data.and_then(|word| of_word(&word)).unwrap_or(TreatMissingData::Missing),
        evaluate_low_sample_count_percentile: alarm.evaluate_low_sample_count_percentile.and_then(|word| of_word(&word)),
        tags: Tags::new(),
        arn: Arn(alarm.alarm_arn?),
    })
}

fn dimensions(all: Option<Vec<types::Dimension>>) -> Set<Dimension> {
    let one = |one: types::Dimension| Some(Dimension { name: one.name?, value: DimensionValue(one.value?) });
    all.unwrap_or_default().into_iter().filter_map(one).collect()
}

fn query_of_sdk(query: types::MetricDataQuery) -> Option<MetricDataQuery> {
    Some(MetricDataQuery {
        id: query.id?,
        metric_stat: query.metric_stat.and_then(stat_of_sdk),
        expression: query.expression,
        label: query.label.filter(|label| !label.is_empty()),
        return_data: query.return_data.unwrap_or(true),
        period: count(query.period),
        account_id: query.account_id,
    })
}

fn stat_of_sdk(stat: types::MetricStat) -> Option<MetricStat> {
    let metric = stat.metric?;
    let dimensions = Some(dimensions(metric.dimensions)).filter(|dimensions| !dimensions.is_empty());
    let metric = Metric { metric_name: metric.metric_name?, namespace: metric.namespace, dimensions };
    Some(MetricStat { metric, period: count(stat.period)?, stat: stat.stat?, unit: stat.unit.and_then(|word| of_word(word.as_str())) })
}

/// The call that sets what differs and leaves the rest as it is; none when nothing differs.
pub(super) fn changed(client: &Client, there: types::MetricAlarm, changes: &Changes<MetricAlarm>) -> Result<Option<Put>> {
    let Some(before) = of_sdk(there.clone()) else { return Ok(None) };
    let after = before.clone().with(changes)?;
    let differs = after != before;
    // What no field is for stays too.
    let put = || {
        after
            .put(client)
            .set_evaluation_window(there.evaluation_window)
            .set_warm_up_configuration(there.warm_up_configuration)
            .set_evaluation_interval(there.evaluation_interval)
            .set_action_configuration(there.action_configuration)
    };
    Ok(differs.then(put))
}

fn apply<T>(field: &mut Option<T>, change: Change<T>) {
    match change {
        Change::Keep => {}
        Change::Set(value) => *field = Some(value),
        Change::Clear => *field = None,
    }
}

impl MetricAlarm {
    fn with(mut self, changes: &Changes<Self>) -> Result<Self> {
        self.comparison_operator = changes.of(Self::comparison_operator)?.set().unwrap_or(self.comparison_operator);
        self.evaluation_periods = changes.of(Self::evaluation_periods)?.set().unwrap_or(self.evaluation_periods);
        self.actions_enabled = changes.of(Self::actions_enabled)?.set().unwrap_or(self.actions_enabled);
        self.treat_missing_data = changes.of(Self::treat_missing_data)?.set().unwrap_or(self.treat_missing_data);
        self.give_way(changes)?;
        apply(&mut self.alarm_description, changes.of(Self::alarm_description)?);
        apply(&mut self.alarm_actions, changes.of(Self::alarm_actions)?);
        apply(&mut self.ok_actions, changes.of(Self::ok_actions)?);
        apply(&mut self.insufficient_data_actions, changes.of(Self::insufficient_data_actions)?);
        apply(&mut self.metric_name, changes.of(Self::metric_name)?);
        apply(&mut self.namespace, changes.of(Self::namespace)?);
        apply(&mut self.dimensions, changes.of(Self::dimensions)?);
        apply(&mut self.statistic, changes.of(Self::statistic)?);
        apply(&mut self.extended_statistic, changes.of(Self::extended_statistic)?);
        apply(&mut self.period, changes.of(Self::period)?);
        apply(&mut self.unit, changes.of(Self::unit)?);
        apply(&mut self.metrics, changes.of(Self::metrics)?);
        apply(&mut self.datapoints_to_alarm, changes.of(Self::datapoints_to_alarm)?);
        apply(&mut self.threshold, changes.of(Self::threshold)?);
        apply(&mut self.threshold_metric_id, changes.of(Self::threshold_metric_id)?);
        apply(&mut self.evaluate_low_sample_count_percentile, changes.of(Self::evaluate_low_sample_count_percentile)?);
        Ok(self)
    }

    /// Of fields that exclude each other the one that is set takes the place of the other, also of one that nobody manages.
    fn give_way(&mut self, changes: &Changes<Self>) -> Result<()> {
        if changes.of(Self::metrics)?.set().is_some_and(|metrics| !metrics.is_empty()) {
            (self.metric_name, self.namespace, self.dimensions) = (None, None, None);
            (self.statistic, self.extended_statistic, self.period, self.unit) = (None, None, None, None);
        }
        if changes.of(Self::metric_name)?.set().is_some() {
            self.metrics = None;
        }
        if changes.of(Self::statistic)?.set().is_some() {
            self.extended_statistic = None;
        }
        if changes.of(Self::extended_statistic)?.set().is_some() {
            self.statistic = None;
        }
        if changes.of(Self::threshold)?.set().is_some() {
            self.threshold_metric_id = None;
        }
        if changes.of(Self::threshold_metric_id)?.set().is_some() {
            self.threshold = None;
        }
        Ok(())
    }

    /// The call that sets an alarm to all of this. It takes tags only where it makes one.
    pub(super) fn put(self, client: &Client) -> Put {
        let actions = |arns: Option<Set<Arn>>| arns.map(|arns| arns.into_iter().map(|arn| arn.0).collect());
        let queries = self.metrics.filter(|metrics| !metrics.is_empty());
        client
            .put_metric_alarm()
            .alarm_name(self.alarm_name)
            .set_alarm_description(self.alarm_description)
            .actions_enabled(self.actions_enabled)
            .set_alarm_actions(actions(self.alarm_actions))
            .set_ok_actions(actions(self.ok_actions))
            .set_insufficient_data_actions(actions(self.insufficient_data_actions))
            .set_metric_name(self.metric_name)
            .set_namespace(self.namespace)
            .set_dimensions(self.dimensions.map(to_sdk).filter(|dimensions| !dimensions.is_empty()))
            .set_statistic(self.statistic.map(|statistic| word(&statistic).as_str().into()))
            .set_extended_statistic(self.extended_statistic)
            .set_period(self.period.map(number))
            .set_unit(self.unit.map(|unit| word(&unit).as_str().into()))
            .set_metrics(queries.map(|queries| queries.into_iter().map(query_to_sdk).collect()))
            .evaluation_periods(number(self.evaluation_periods))
            .set_datapoints_to_alarm(self.datapoints_to_alarm.map(number))
            .set_threshold(self.threshold.map(|threshold| threshold.value()))
            .set_threshold_metric_id(self.threshold_metric_id)
            .comparison_operator(SdkOperator::from(word(&self.comparison_operator).as_str()))
            .treat_missing_data(word(&self.treat_missing_data))
            .set_evaluate_low_sample_count_percentile(self.evaluate_low_sample_count_percentile.map(|what| word(&what)))
    }
}

fn to_sdk(dimensions: Set<Dimension>) -> Vec<types::Dimension> {
    let one = |one: Dimension| types::Dimension::builder().name(one.name).value(one.value.0).build();
    dimensions.into_iter().map(one).collect()
}

fn query_to_sdk(query: MetricDataQuery) -> types::MetricDataQuery {
    types::MetricDataQuery::builder()
        .id(query.id)
        .set_metric_stat(query.metric_stat.map(stat_to_sdk))
        .set_expression(query.expression)
        .set_label(query.label)
        .return_data(query.return_data)
        .set_period(query.period.map(number))
        .set_account_id(query.account_id)
        .build()
}

fn stat_to_sdk(stat: MetricStat) -> types::MetricStat {
    let Metric { metric_name, namespace, dimensions } = stat.metric;
    let metric = types::Metric::builder().metric_name(metric_name).set_namespace(namespace).set_dimensions(dimensions.map(to_sdk)).build();
    let stat_of = types::MetricStat::builder().metric(metric).period(number(stat.period)).stat(stat.stat);
    stat_of.set_unit(stat.unit.map(|unit| word(&unit).as_str().into())).build()
}
